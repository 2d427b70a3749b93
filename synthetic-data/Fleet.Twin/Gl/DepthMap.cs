using System.Numerics;
using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>Depth as seen from a lamp or from above.</summary>
internal sealed unsafe class DepthMap : IDisposable
{
    private readonly GL _gl;
    private readonly uint _side;
    private readonly uint _texture;
    private readonly uint _frame;

    public DepthMap(GL gl, int side, bool compare)
    {
        (_gl, _side) = (gl, (uint)side);
        _texture = gl.GenTexture();
        gl.BindTexture(TextureTarget.Texture2D, _texture);
        gl.TexImage2D(TextureTarget.Texture2D, 0, InternalFormat.DepthComponent24, _side, _side, 0, PixelFormat.DepthComponent, PixelType.UnsignedInt, null);
        gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureMinFilter, (int)(compare ? GLEnum.Linear : GLEnum.Nearest));
        gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureMagFilter, (int)(compare ? GLEnum.Linear : GLEnum.Nearest));
        gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureWrapS, (int)GLEnum.ClampToEdge);
        gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureWrapT, (int)GLEnum.ClampToEdge);
        if (compare)
        {
            gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureCompareMode, (int)GLEnum.CompareRefToTexture);
            gl.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureCompareFunc, (int)GLEnum.Lequal);
        }

        _frame = gl.GenFramebuffer();
        gl.BindFramebuffer(FramebufferTarget.Framebuffer, _frame);
        gl.FramebufferTexture2D(FramebufferTarget.Framebuffer, FramebufferAttachment.DepthAttachment, TextureTarget.Texture2D, _texture, 0);
        gl.DrawBuffer(DrawBufferMode.None);
        gl.ReadBuffer(ReadBufferMode.None);
    }

    public void Begin()
    {
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, _frame);
        _gl.Viewport(0, 0, _side, _side);
        _gl.Clear(ClearBufferMask.DepthBufferBit);
    }

    public void Bind(int unit)
    {
        _gl.ActiveTexture(TextureUnit.Texture0 + unit);
        _gl.BindTexture(TextureTarget.Texture2D, _texture);
    }

    public void Dispose()
    {
        _gl.DeleteFramebuffer(_frame);
        _gl.DeleteTexture(_texture);
    }

    /// <summary>Sees a square of the given side around a point, along a direction.</summary>
    public static Matrix4x4 Looking(Vector3 at, Vector3 from, float side, float depth)
    {
        var up = MathF.Abs(from.Y) > 0.99f ? -Vector3.UnitZ : Vector3.UnitY;
        return Matrix4x4.CreateLookAt(at + (from * depth / 2), at, up) * Clip(Matrix4x4.CreateOrthographic(side, side, 0, depth));
    }

    /// <summary>.NET's projections give depth 0 to 1, OpenGL's clip space wants -1 to 1.</summary>
    private static Matrix4x4 Clip(Matrix4x4 projection) =>
        projection * new Matrix4x4(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, -1, 1);
}

using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>What is drawn into: colour, id and depth. One sample a pixel: multisampling doubles the cost on a CPU, and the lens blurs edges anyway.</summary>
internal sealed unsafe class Targets : IDisposable
{
    private readonly GL _gl;
    private readonly uint _width;
    private readonly uint _height;
    private readonly uint[] _buffers = new uint[3];
    private readonly uint _frame;

    public Targets(GL gl, int width, int height)
    {
        (_gl, _width, _height) = (gl, (uint)width, (uint)height);
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = gl.GenRenderbuffer();
        }

        _frame = gl.GenFramebuffer();
        gl.BindFramebuffer(FramebufferTarget.Framebuffer, _frame);
        Attach(_buffers[0], InternalFormat.Rgba8, FramebufferAttachment.ColorAttachment0);
        Attach(_buffers[1], InternalFormat.R32ui, FramebufferAttachment.ColorAttachment1);
        Attach(_buffers[2], InternalFormat.DepthComponent24, FramebufferAttachment.DepthAttachment);
        gl.DrawBuffers(2, [DrawBufferMode.ColorAttachment0, DrawBufferMode.ColorAttachment1]);
        var status = gl.CheckFramebufferStatus(FramebufferTarget.Framebuffer);
        if (status != GLEnum.FramebufferComplete)
        {
            throw new InvalidOperationException($"The driver refuses the frame buffer: {status}");
        }
    }

    public void Begin()
    {
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, _frame);
        _gl.Viewport(0, 0, _width, _height);
        _gl.ClearBuffer(BufferKind.Color, 0, [0f, 0f, 0f, 1f]);
        _gl.ClearBuffer(BufferKind.Color, 1, [0u, 0u, 0u, 0u]);
        _gl.Clear(ClearBufferMask.DepthBufferBit);
    }

    /// <summary>Reads what was drawn; rows from the bottom.</summary>
    public void Read(byte[] bgra, uint[] ids)
    {
        _gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, _frame);
        _gl.ReadBuffer(ReadBufferMode.ColorAttachment0);
        fixed (byte* to = bgra)
        {
            _gl.ReadPixels(0, 0, _width, _height, PixelFormat.Bgra, PixelType.UnsignedByte, to);
        }

        _gl.ReadBuffer(ReadBufferMode.ColorAttachment1);
        fixed (uint* to = ids)
        {
            _gl.ReadPixels(0, 0, _width, _height, PixelFormat.RedInteger, PixelType.UnsignedInt, to);
        }
    }

    public void Dispose()
    {
        _gl.DeleteFramebuffer(_frame);
        _gl.DeleteRenderbuffers(_buffers);
    }

    private void Attach(uint buffer, InternalFormat format, FramebufferAttachment place)
    {
        _gl.BindRenderbuffer(RenderbufferTarget.Renderbuffer, buffer);
        _gl.RenderbufferStorage(RenderbufferTarget.Renderbuffer, format, _width, _height);
        _gl.FramebufferRenderbuffer(FramebufferTarget.Framebuffer, place, RenderbufferTarget.Renderbuffer, buffer);
    }
}

using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>What is drawn into: multisampled colour, id and depth, and their resolved copies to read from.</summary>
internal sealed unsafe class Targets : IDisposable
{
    private const uint Samples = 4;

    private readonly GL _gl;
    private readonly uint _width;
    private readonly uint _height;
    private readonly uint[] _buffers = new uint[5];
    private readonly uint _drawn;
    private readonly uint _resolved;

    public Targets(GL gl, int width, int height)
    {
        (_gl, _width, _height) = (gl, (uint)width, (uint)height);
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = gl.GenRenderbuffer();
        }

        _drawn = Frame(Samples, _buffers[0], _buffers[1], _buffers[2]);
        _resolved = Frame(0, _buffers[3], _buffers[4], depth: 0);
    }

    public void Begin()
    {
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, _drawn);
        _gl.Viewport(0, 0, _width, _height);
        _gl.ClearBuffer(BufferKind.Color, 0, [0f, 0f, 0f, 1f]);
        _gl.ClearBuffer(BufferKind.Color, 1, [0u, 0u, 0u, 0u]);
        _gl.Clear(ClearBufferMask.DepthBufferBit);
    }

    /// <summary>Reads what was drawn; rows from the bottom.</summary>
    public void Read(byte[] bgra, uint[] ids)
    {
        _gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, _drawn);
        _gl.BindFramebuffer(FramebufferTarget.DrawFramebuffer, _resolved);
        Resolve(0);
        Resolve(1);
        _gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, _resolved);
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
        _gl.DeleteFramebuffer(_drawn);
        _gl.DeleteFramebuffer(_resolved);
        _gl.DeleteRenderbuffers(_buffers);
    }

    private void Resolve(int attachment)
    {
        _gl.ReadBuffer(ReadBufferMode.ColorAttachment0 + attachment);
        DrawBufferMode[] only = attachment == 0
            ? [DrawBufferMode.ColorAttachment0]
            : [DrawBufferMode.None, DrawBufferMode.ColorAttachment1];
        _gl.DrawBuffers((uint)only.Length, only);
        int w = (int)_width, h = (int)_height;
        _gl.BlitFramebuffer(0, 0, w, h, 0, 0, w, h, ClearBufferMask.ColorBufferBit, BlitFramebufferFilter.Nearest);
    }

    private uint Frame(uint samples, uint colour, uint id, uint depth)
    {
        var frame = _gl.GenFramebuffer();
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, frame);
        Attach(samples, colour, InternalFormat.Rgba8, FramebufferAttachment.ColorAttachment0);
        Attach(samples, id, InternalFormat.R32ui, FramebufferAttachment.ColorAttachment1);
        if (depth != 0)
        {
            Attach(samples, depth, InternalFormat.DepthComponent24, FramebufferAttachment.DepthAttachment);
        }

        _gl.DrawBuffers(2, [DrawBufferMode.ColorAttachment0, DrawBufferMode.ColorAttachment1]);
        var status = _gl.CheckFramebufferStatus(FramebufferTarget.Framebuffer);
        return status == GLEnum.FramebufferComplete ? frame : throw new InvalidOperationException($"The driver refuses the frame buffer: {status}");
    }

    private void Attach(uint samples, uint buffer, InternalFormat format, FramebufferAttachment place)
    {
        _gl.BindRenderbuffer(RenderbufferTarget.Renderbuffer, buffer);
        _gl.RenderbufferStorageMultisample(RenderbufferTarget.Renderbuffer, samples, format, _width, _height);
        _gl.FramebufferRenderbuffer(FramebufferTarget.Framebuffer, place, RenderbufferTarget.Renderbuffer, buffer);
    }
}

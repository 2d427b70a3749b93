using Fleet.Contracts;
using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>An OpenGL context without a window; a thread borrows it between <see cref="MakeCurrent"/> and <see cref="Release"/>.</summary>
internal sealed unsafe class GlContext : IDisposable
{
    private readonly nint _display;
    private readonly nint _context;

    private GlContext(nint display, nint context)
    {
        _display = display;
        _context = context;
        MakeCurrent();
        Gl = GL.GetApi(Egl.GetProcAddress);
    }

    public GL Gl { get; }

    /// <exception cref="ProblemException">No library, no driver, or a driver too old.</exception>
    public static GlContext Open()
    {
        try
        {
            return OpenDisplay();
        }
        catch (DllNotFoundException cause)
        {
            throw Missing("libEGL.so.1 is missing", cause);
        }
    }

    public void MakeCurrent()
    {
        if (Egl.MakeCurrent(_display, 0, 0, _context) == 0)
        {
            throw Missing("the OpenGL context cannot be used on this thread");
        }
    }

    public void Release() => _ = Egl.MakeCurrent(_display, 0, 0, 0);

    public void Dispose()
    {
        Gl.Dispose();
        // the display belongs to the whole process, so only the context goes
        Release();
        _ = Egl.DestroyContext(_display, _context);
    }

    private static GlContext OpenDisplay()
    {
        var display = Egl.GetPlatformDisplay(Egl.PlatformSurfaceless, 0, null);
        if (display == 0 || Egl.Initialize(display, out _, out _) == 0 || Egl.BindApi(Egl.OpenGl) == 0)
        {
            throw Missing("no OpenGL driver was found");
        }

        Span<int> wanted = [Egl.SurfaceType, 0, Egl.RenderableType, Egl.OpenGlBit, Egl.None];
        Span<int> version = [Egl.MajorVersion, 3, Egl.MinorVersion, 3, Egl.ProfileMask, Egl.CoreProfile, Egl.None];
        nint config;
        int count;
        fixed (int* attributes = wanted)
        {
            _ = Egl.ChooseConfig(display, attributes, &config, 1, &count);
        }

        fixed (int* attributes = version)
        {
            var context = count > 0 ? Egl.CreateContext(display, config, 0, attributes) : 0;
            return context != 0 ? new GlContext(display, context) : throw Missing("the driver has no OpenGL 3.3");
        }
    }

    private static ProblemException Missing(string what, Exception? cause = null) =>
        new(Problems.TwinUnavailable, $"The twin cannot draw, because {what}: install the Debian packages libegl1 and libgl1-mesa-dri, then try again.", cause);
}

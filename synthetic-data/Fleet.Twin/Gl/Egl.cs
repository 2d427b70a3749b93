using System.Runtime.InteropServices;

namespace Fleet.Twin.Gl;

/// <summary>The eight calls that make an OpenGL context without a screen.</summary>
internal static unsafe partial class Egl
{
    public const uint PlatformSurfaceless = 0x31DD;
    public const uint OpenGl = 0x30A2;
    public const int None = 0x3038;
    public const int SurfaceType = 0x3033;
    public const int RenderableType = 0x3040;
    public const int OpenGlBit = 8;
    public const int MajorVersion = 0x3098;
    public const int MinorVersion = 0x30FB;
    public const int ProfileMask = 0x30FD;
    public const int CoreProfile = 1;

    private const string Library = "libEGL.so.1";

    [LibraryImport(Library, EntryPoint = "eglGetPlatformDisplay")]
    public static partial nint GetPlatformDisplay(uint platform, nint display, nint* attributes);

    [LibraryImport(Library, EntryPoint = "eglInitialize")]
    public static partial uint Initialize(nint display, out int major, out int minor);

    [LibraryImport(Library, EntryPoint = "eglBindAPI")]
    public static partial uint BindApi(uint api);

    [LibraryImport(Library, EntryPoint = "eglChooseConfig")]
    public static partial uint ChooseConfig(nint display, int* attributes, nint* configs, int size, int* count);

    [LibraryImport(Library, EntryPoint = "eglCreateContext")]
    public static partial nint CreateContext(nint display, nint config, nint shared, int* attributes);

    [LibraryImport(Library, EntryPoint = "eglMakeCurrent")]
    public static partial uint MakeCurrent(nint display, nint draw, nint read, nint context);

    [LibraryImport(Library, EntryPoint = "eglDestroyContext")]
    public static partial uint DestroyContext(nint display, nint context);

    [LibraryImport(Library, EntryPoint = "eglGetProcAddress", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetProcAddress(string name);
}

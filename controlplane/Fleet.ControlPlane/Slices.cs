using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;

namespace Fleet.ControlPlane;

/// <summary>The list of slices. Each has <c>AddX(services)</c> and <c>MapX(routes)</c>.</summary>
internal static class Slices
{
    public static void Add(IServiceCollection services)
    {
    }

    public static void Map(WebApplication app, Routes routes)
    {
        routes.MapPlatform();
    }
}

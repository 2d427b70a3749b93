using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.TrainingRuns;

namespace Fleet.ControlPlane;

/// <summary>The list of slices. Each has <c>AddX(services)</c> and <c>MapX(routes)</c>.</summary>
internal static class Slices
{
    public static void Add(IServiceCollection services)
    {
        services.AddAccess();
        services.AddBlobs();
        services.AddRegistry();
        services.AddSamples();
        services.AddSnapshots();
        services.AddTrainingRuns();
    }

    public static void Map(WebApplication app, Routes routes)
    {
        routes.MapPlatform();
        routes.MapAccess();
        routes.MapBlobs();
        routes.MapRegistry();
        routes.MapSamples();
        routes.MapSnapshots();
        routes.MapTrainingRuns();
    }
}

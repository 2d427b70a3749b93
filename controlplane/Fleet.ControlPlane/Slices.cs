using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Enrolment;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane;

/// <summary>The list of slices. Each has <c>AddX(services)</c> and <c>MapX(routes)</c>.</summary>
internal static class Slices
{
    public static void Add(IServiceCollection services)
    {
        services.AddAccess();
        services.AddSingleton<Registry.VersionCatalogue>();
        services.AddDevices();
        services.AddEnrolment();
        services.AddBroker();
        services.AddDirectives();
        services.AddRollouts();
    }

    public static void Map(WebApplication app, Routes routes)
    {
        routes.MapPlatform();
        routes.MapAccess();
        routes.MapDevices();
        routes.MapDeviceReports();
        routes.MapEnrolment();
        routes.MapDirectives();
        routes.MapRollouts();
        app.UseBroker();
        Measure(app.Services);
    }

    // a meter that nobody made shows nothing
    private static void Measure(IServiceProvider services)
    {
        services.GetRequiredService<LoopMetrics>();
        services.GetRequiredService<DeviceMetrics>();
        services.GetRequiredService<RolloutMetrics>();
    }
}

using Fleet.Console;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Alike;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Commands;
using Fleet.ControlPlane.Comparisons;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Drift;
using Fleet.ControlPlane.Enrolment;
using Fleet.ControlPlane.HomeAssistant;
using Fleet.ControlPlane.LabelFiles;
using Fleet.ControlPlane.Labelling;
using Fleet.ControlPlane.LabelStudio;
using Fleet.ControlPlane.Parcels;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Releases;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Savings;
using Fleet.ControlPlane.Scenes;
using Fleet.ControlPlane.SharedEngines;
using Fleet.ControlPlane.SingleSignOn;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.Timelines;
using Fleet.ControlPlane.TrainingRules;
using Fleet.ControlPlane.TrainingRuns;
using Routes = Fleet.ControlPlane.Platform.Http.Routes;

namespace Fleet.ControlPlane;

/// <summary>The list of slices. Each has <c>AddX(services)</c> and <c>MapX(routes)</c>.</summary>
internal static class Slices
{
    public static void Add(IServiceCollection services, FleetOptions options)
    {
        services.AddAccess();
        services.AddSingleSignOn(options.Oidc);
        services.AddAudit();
        services.AddDevices();
        services.AddDevicePolicies();
        services.AddTimelines();
        services.AddEnrolment();
        services.AddBroker();
        services.AddCommands();
        services.AddDirectives();
        services.AddBlobs();
        services.AddParcels();
        services.AddSharedEngines();
        services.AddRegistry();
        services.AddReleases();
        services.AddRollouts();
        services.AddSamples();
        services.AddDrift();
        services.AddScenes();
        services.AddLabelling();
        services.AddLabelFiles();
        services.AddLabelStudio();
        services.AddLikeness();
        services.AddSnapshots();
        services.AddTrainingRuns();
        services.AddTrainingRules();
        services.AddSavings();
        services.AddComparisons();
        services.AddHomeAssistant();
        services.AddFleetConsole(s => s.GetRequiredService<Endpoints>().ForConsole());
    }

    public static void Map(WebApplication app, Routes routes)
    {
        routes.MapPlatform();
        routes.MapAccess();
        routes.MapSingleSignOn(app.Services.GetRequiredService<FleetOptions>().Oidc);
        routes.MapAudit();
        routes.MapDevices();
        routes.MapDevicePolicies();
        routes.MapDeviceReports();
        routes.MapTimelines();
        routes.MapEnrolment();
        routes.MapCommands();
        routes.MapBroker();
        routes.MapDirectives();
        routes.MapBlobs();
        routes.MapParcels();
        routes.MapSharedEngines();
        routes.MapRegistry();
        routes.MapReleases();
        routes.MapRollouts();
        routes.MapSamples();
        routes.MapDrift();
        routes.MapScenes();
        routes.MapLabelling();
        routes.MapLabelFiles();
        routes.MapLabelStudio();
        routes.MapLikeness();
        routes.MapSnapshots();
        routes.MapTrainingRuns();
        routes.MapTrainingRules();
        routes.MapSavings();
        routes.MapComparisons();
        app.UseBroker();
        app.MapFleetConsole();
        Measure(app.Services);
    }

    // a meter that nobody made shows nothing
    private static void Measure(IServiceProvider services)
    {
        services.GetRequiredService<LoopMetrics>();
        services.GetRequiredService<DeviceMetrics>();
        services.GetRequiredService<CameraMetrics>();
        services.GetRequiredService<DriftMetrics>();
        services.GetRequiredService<RolloutMetrics>();
    }
}

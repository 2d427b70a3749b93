using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>It has no routes: what it says goes to readers over MQTT.</summary>
internal static class HomeAssistantApi
{
    public static void AddHomeAssistant(this IServiceCollection services) => services.AddSingleton<DiscoveryMemory>().AddReconciler<DiscoveryReconciler>();
}

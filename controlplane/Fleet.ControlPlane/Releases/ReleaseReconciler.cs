using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Releases;

internal sealed class ReleaseReconciler(ReleaseDesk desk) : IReconciler
{
    public string Name => "releases";

    public TimeSpan Period => TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await desk.FollowAsync(cancellationToken);
        return [];
    }
}

using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.TrainingRuns;

/// <summary>Fails lost runs also while no trainer asks for work.</summary>
internal sealed class RunReconciler(RunQueue queue) : IReconciler
{
    public string Name => "training-runs";

    public TimeSpan Period => TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await queue.GiveUpLostAsync(cancellationToken);
        return [];
    }
}

using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Samples;

/// <summary>Removes uploads that nobody went on with.</summary>
internal sealed class UploadSweep(UploadFolder uploads, TimeProvider time) : IReconciler
{
    public string Name => "upload-sweep";

    public TimeSpan Period => TimeSpan.FromHours(1);

    public Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        uploads.Sweep(time.GetUtcNow());
        return Task.FromResult<IReadOnlyList<string>>([]);
    }
}

using Fleet.Bench.Edge;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Bench.Swap;

/// <param name="ToFirstFrameMs">From the decision to switch to the version's first completed frame.</param>
/// <param name="PauseMs">Between the last frame of the version before and that one.</param>
/// <param name="ReturnedMs">From the verdict to the first frame of the version before; null where it stayed.</param>
/// <param name="FramesLost">As the agent counts them.</param>
/// <param name="InferenceMs">One bare inference, measured right after.</param>
internal sealed record SwapFigures(double ToFirstFrameMs, double PauseMs, double? ReturnedMs, long FramesLost, double InferenceMs);

/// <summary>One version after another on one device.</summary>
internal sealed class SwapRound(EdgeSite site, CameraId camera)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task SetPolicyAsync(DevicePolicy policy, CancellationToken cancellationToken)
    {
        var seen = (await site.StatusAsync(cancellationToken)).Reported.SeenGeneration;
        await site.Client.Devices.SetPolicyAsync(EdgeSite.Device, policy, cancellationToken);
        await Eventually.Is(async () => (await site.StatusAsync(cancellationToken)).Reported.SeenGeneration > seen, Patience, "the policy is on the device");
    }

    /// <summary>Rolls a version out and waits for its end on the device.</summary>
    /// <exception cref="BenchFailedException">It ended otherwise than <paramref name="end"/>.</exception>
    public async Task<ReportedUpdate> TakeAsync(VersionId version, UpdateState end, CancellationToken cancellationToken)
    {
        await site.BeginRolloutAsync(version, cancellationToken);
        ReportedUpdate? update = null;

        // it may have served before: what counts is the update that begins now
        var hasBegun = false;
        await Eventually.Is(
            async () =>
            {
                var reported = (await site.StatusAsync(cancellationToken)).Reported;
                update = reported.Updates.FirstOrDefault(u => u.Camera == camera && u.Version == version);
                hasBegun |= update is { State: < UpdateState.Committed };
                return hasBegun && update is { State: >= UpdateState.Committed } && (update.State != UpdateState.RolledBack || update.ReturnedMs is not null);
            },
            Patience,
            $"{version} is at its end");
        return update!.State == end ? update : throw new BenchFailedException($"{version} ended as {update.State} instead of {end}: {update.Problem?.Detail}");
    }
}

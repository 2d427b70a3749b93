using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What a guard may say, checked before a rollout starts.</summary>
internal static class GuardRules
{
    private const int MaxGuards = 20;

    public static void Check(IReadOnlyList<Guard> guards, IReadOnlyList<RingRequest> rings)
    {
        if (guards.Count > MaxGuards)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{guards.Count} guards were given; at most {MaxGuards} are possible.");
        }

        foreach (var guard in guards)
        {
            if (Wrong(guard) is { } why)
            {
                throw new ProblemException(Problems.RequestInvalid, $"The guard {guard.Kind} {why}.");
            }
        }

        if (guards.Any(g => g.Against == GuardAgainst.OtherCameras) && rings.All(RingMembers.IsWhole))
        {
            throw new ProblemException(Problems.RequestInvalid, "A guard compares with the other cameras of the box, but every ring takes whole devices; give a ring a number or share of cameras.");
        }

        if (guards.Any(g => g.Kind == GuardKind.ShadowAgreement) && !rings.Any(r => r.Shadow))
        {
            throw new ProblemException(Problems.RequestInvalid, "The guard ShadowAgreement judges a version in the shadow, but no ring looks in the shadow first; set that for a ring, or leave the guard out.");
        }

        if (rings.FirstOrDefault(r => r.Shadow) is { } shadow && !guards.Any(g => g is { Kind: GuardKind.ShadowAgreement, Trial: false }))
        {
            throw new ProblemException(Problems.RequestInvalid, $"The ring {shadow.Name} looks in the shadow first, but nothing would judge what is seen there; give the guard ShadowAgreement a limit, such as 0.9.");
        }

        if (guards.GroupBy(g => (g.Kind, g.Against, g.Trial)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The guard {twice.Key.Kind} is given {twice.Count()} times; once is possible, and once more on trial.");
        }
    }

    private static string? Wrong(Guard guard) => guard.Kind switch
    {
        not (GuardKind.LatencyP95Ratio or GuardKind.DetectionBand) when guard.Against == GuardAgainst.OtherCameras => "compares with nothing",
        GuardKind.Frames when guard.Limit < 1 => "wants at least 1 frame: without a frame there is no evidence",
        GuardKind.FramesKept or GuardKind.ErrorRate or GuardKind.ShadowAgreement when guard.Limit > 1 => "wants a share from 0 to 1",
        GuardKind.FramesKept or GuardKind.LatencyP95Ms or GuardKind.LatencyP95Ratio or GuardKind.DetectionBand or GuardKind.TemperatureC or GuardKind.ShadowAgreement when guard.Limit <= 0 => "wants a limit above 0",
        _ => null,
    };
}

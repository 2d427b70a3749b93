using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Makes a rollout of what was asked for, and refuses what could never go well.</summary>
internal static class RolloutDraft
{
    private const int MaxRings = 50;
    private const int MaxWindows = 20;

    public static void Check(RolloutRequest request) => Check(RolloutTemplateRequest.Of(request));

    public static void Check(RolloutTemplateRequest request)
    {
        CheckRings(request.Rings);
        GuardRules.Check(request.Guards ?? [], request.Rings);
        CheckWindows(request.Windows ?? []);
    }

    public static void CheckRings(IReadOnlyList<RingRequest> rings)
    {
        if (rings.Count is 0 or > MaxRings)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{rings.Count} rings were given; wanted 1 to {MaxRings}.");
        }

        foreach (var ring in rings)
        {
            Selector.Parse(ring.Selector);
            if (ring is { Cameras: not null, CameraPercent: not null })
            {
                throw new ProblemException(Problems.RequestInvalid, $"The ring {ring.Name} names a number and a share of cameras; one of them is possible.");
            }
        }
    }

    public static RolloutRow Of(RolloutRequest request, VersionResponse version, string by, RolloutId id, DateTimeOffset now)
    {
        var variant = ReleasedVersions.Variant(request.Version, request.Variant, version.Card);
        var bytes = ReleasedVersions.Bytes(version, variant);
        foreach (var cap in new[] { request.Caps?.PerSiteHour, request.Caps?.PerHour }.Where(c => c < bytes))
        {
            throw new ProblemException(Problems.RequestInvalid, $"{request.Version} ({variant}) is {bytes} bytes for a device, the cap {cap} an hour: no device could ever be told. Raise the cap or name a smaller variant.");
        }

        return new RolloutRow
        {
            Id = id,
            Version = request.Version,
            Variant = variant,
            State = RolloutState.Running,
            Rings = request.Rings,
            Guards = request.Guards ?? [],
            Windows = request.Windows ?? [],
            Caps = request.Caps,
            Bytes = bytes,
            CreatedAt = now,
            CreatedBy = by,
        };
    }

    private static void CheckWindows(IReadOnlyList<string> windows)
    {
        if (windows.Count > MaxWindows)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{windows.Count} windows were given; at most {MaxWindows} are possible.");
        }

        foreach (var window in windows)
        {
            MaintenanceWindow.Parse(window);
        }
    }
}

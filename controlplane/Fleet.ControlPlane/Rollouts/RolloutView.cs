using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Sums up a rollout for people.</summary>
internal static class RolloutView
{
    public static RolloutResponse Of(RolloutRow row, IReadOnlyList<DeviceEvidence> evidence) => new(
        row.Id,
        row.Version,
        row.Variant,
        row.State,
        Math.Max(0, row.Open),
        [.. row.Rings.Select((r, i) => Ring(row, i, [.. evidence.Where(e => e.Ring == i)]))],
        row.Log,
        row.CreatedAt,
        row.CreatedBy,
        row.ApprovedBy,
        row.Windows.Count > 0 ? row.Windows : null,
        row.Caps);

    private static RingResponse Ring(RolloutRow row, int index, IReadOnlyList<DeviceEvidence> all)
    {
        var ring = row.Rings[index];
        int Count(Standing standing) => all.Count(e => e.Standing == standing);
        // what devices run now may be a later rollout's: a finished one keeps what it was finished with
        var committed = row.State == RolloutState.Finished ? row.Devices.Count(d => d.Ring == index && d.CommittedAt is not null) : Count(Standing.Committed);
        var guards = row.Guards.Where(g => g.Kind != GuardKind.ShadowAgreement || ring.Shadow).Where(g => g.Against == GuardAgainst.Before || !RingMembers.IsWhole(ring)).Select(g => Show(g, all));
        return new RingResponse(
            ring.Name, ring.Selector, all.Count, committed, Count(Standing.Failed), all.Count(e => e.Late), [.. guards], all.Sum(e => e.Cameras.Count), RingMembers.IsWhole(ring) ? null : Arms(row, index), ring.Shadow ? Shadow([.. row.Devices.Where(d => d.Ring == index)]) : null);
    }

    private static RingShadowResponse Shadow(IReadOnlyList<RolloutDeviceRow> rows)
    {
        var found = rows.SelectMany(r => r.Shadows).Select(w => w.Total()).ToList();
        return new RingShadowResponse(
            rows.Count(r => r.InShadow), rows.Count(r => r.AgreedAt is not null), rows.Count(r => r.Refusal is not null), found.Sum(f => f.Compared), found.Min(f => f.Agreement));
    }

    private static List<ArmResponse> Arms(RolloutRow row, int ring)
    {
        var rows = row.Devices.Where(d => d.Ring == ring && d.ToldAt is not null).ToList();
        return
        [
            Arm(row.Version, [.. rows.SelectMany(r => r.Windows)]),
            .. rows.SelectMany(r => r.Controls).GroupBy(c => c.Champion!.Value).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal).Select(g => Arm(g.Key, [.. g])),
        ];
    }

    private static ArmResponse Arm(VersionId version, IReadOnlyList<GuardWindow> windows)
    {
        var total = windows.Aggregate(Tally.Zero, (sum, w) => sum + w.Total());
        var tried = total.Completed + total.Failed;
        return new ArmResponse(
            version,
            windows.Count,
            total.Completed,
            total.Completed > 0 ? total.DetectionsPerFrame() : null,
            total.LatencyP95Ms() is { } ms && double.IsFinite(ms) ? ms : null,
            tried > 0 ? (double)total.Failed / tried : null);
    }

    private static GuardResponse Show(Guard guard, IReadOnlyList<DeviceEvidence> ring)
    {
        var found = ring.SelectMany(d => (d.Findings ?? []).Where(f => f.Guard == guard).Select(f => (d.Device, Finding: f))).ToList();
        if (found.Count == 0)
        {
            return new GuardResponse(guard, GuardOutcome.NoData, 0, 0, Evidence: null);
        }

        var (device, worst) = found.MaxBy(f => Weight(f.Finding.Outcome));
        return new GuardResponse(guard, worst.Outcome, found.Count, found.Count(f => f.Finding.Outcome == GuardOutcome.Pass), $"{device}/{worst.Camera}: {worst.Evidence}");
    }

    private static int Weight(GuardOutcome outcome) => outcome switch { GuardOutcome.Fail => 3, GuardOutcome.Inconclusive => 2, GuardOutcome.NoData => 1, _ => 0 };
}

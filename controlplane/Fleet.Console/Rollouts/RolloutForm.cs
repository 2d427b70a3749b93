using Fleet.Contracts;

namespace Fleet.Console.Rollouts;

/// <summary>A rollout as it is typed in.</summary>
public sealed class RolloutForm
{
    public List<RingForm> Rings { get; } = [new() { Name = "canary", Selector = "ring=canary" }, new() { Name = "everyone" }];

    public List<GuardForm> Guards { get; } = [];

    public string Windows { get; set; } = "";

    public double? SiteCapMb { get; set; }

    public double? CapMb { get; set; }

    public int? SilentAfterMinutes { get; set; }

    public SilentPolicy Silent { get; set; }

    public double MaxSilentPercent { get; set; }

    public bool NeedsApproval { get; set; }

    /// <summary>Whether a ring looks in the shadow first; what is judged there comes with it and goes with it.</summary>
    public void SetShadow(RingForm ring, bool shadow)
    {
        ring.Shadow = shadow;
        if (!Rings.Exists(r => r.Shadow))
        {
            Guards.RemoveAll(g => g.Kind == GuardKind.ShadowAgreement);
        }
        else if (!Guards.Exists(g => g.Kind == GuardKind.ShadowAgreement))
        {
            var guard = new GuardForm();
            guard.Choose(GuardKind.ShadowAgreement);
            Guards.Add(guard);
        }
    }

    public RolloutRequest Of(VersionId version, string? variant)
    {
        string[] windows = Windows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var caps = new ByteCaps(Bytes(SiteCapMb), Bytes(CapMb));
        return new RolloutRequest(
            version,
            variant,
            [.. Rings.Select(r => r.Of() with { SilentAfterMinutes = SilentAfterMinutes, Silent = Silent, MaxSilentPercent = MaxSilentPercent })],
            [.. Guards.Select(g => new Guard(g.Kind, g.Shown / g.Scale, Trial: g.Trial, Against: g is { Others: true, Compares: true } ? GuardAgainst.OtherCameras : GuardAgainst.Before))],
            NeedsApproval,
            windows.Length > 0 ? windows : null,
            caps == new ByteCaps() ? null : caps);
    }

    private static long? Bytes(double? mb) => mb is { } n ? (long)(n * 1_000_000) : null;
}

/// <summary>A ring as it is typed in.</summary>
public sealed class RingForm
{
    public string Name { get; set; } = "";

    public string Selector { get; set; } = "*";

    public double? Percent { get; set; }

    public int? Count { get; set; }

    public int? Cameras { get; set; }

    public int MaxFailed { get; set; }

    public int BakeMinutes { get; set; }

    public bool Hold { get; set; }

    public bool Shadow { get; set; }

    public RingRequest Of() => new(Name.Trim(), Selector.Trim(), MaxFailed, Percent, Count, BakeMinutes, Cameras: Cameras, Hold: Hold, Shadow: Shadow);
}

/// <summary>A guard as it is typed in.</summary>
public sealed class GuardForm
{
    public GuardKind Kind { get; set; } = GuardKind.Frames;

    /// <summary>As it is typed: shares in percent.</summary>
    public double Shown { get; set; } = 1000;

    public bool Trial { get; set; }

    public bool Others { get; set; }

    public bool Compares => Kind is GuardKind.LatencyP95Ratio or GuardKind.DetectionBand;

    public double Scale => Kind is GuardKind.FramesKept or GuardKind.ErrorRate or GuardKind.DetectionBand or GuardKind.ShadowAgreement ? 100 : 1;

    public string Unit => Kind switch
    {
        GuardKind.Frames => "frames at least",
        GuardKind.LatencyP95Ms => "ms at most",
        GuardKind.LatencyP95Ratio => "times at most",
        GuardKind.FramesKept => "% at least",
        GuardKind.ErrorRate => "% at most",
        GuardKind.DetectionBand => "% either way",
        GuardKind.ShadowAgreement => "% at least",
        _ => "°C at most",
    };

    public void Choose(GuardKind kind)
    {
        Kind = kind;
        Shown = kind switch { GuardKind.Frames => 1000, GuardKind.LatencyP95Ms => 200, GuardKind.LatencyP95Ratio => 1.5, GuardKind.FramesKept => 95, GuardKind.ErrorRate => 1, GuardKind.DetectionBand => 30, GuardKind.ShadowAgreement => 90, _ => 80 };
    }
}

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

    /// <summary>Rings differ in when a device is late, as only a template can say; what is typed for all counts otherwise.</summary>
    public bool RingsKeepSilence { get; set; }

    /// <summary>Takes over what a template says.</summary>
    public void Fill(RolloutTemplateRequest template)
    {
        ArgumentNullException.ThrowIfNull(template);
        Rings.Clear();
        Rings.AddRange(template.Rings.Select(RingForm.From));
        Guards.Clear();
        Guards.AddRange((template.Guards ?? []).Select(GuardForm.From));
        Windows = string.Join('\n', template.Windows ?? []);
        (SiteCapMb, CapMb) = (Mb(template.Caps?.PerSiteHour), Mb(template.Caps?.PerHour));
        var first = template.Rings[0];
        (SilentAfterMinutes, Silent, MaxSilentPercent) = (first.SilentAfterMinutes, first.Silent, first.MaxSilentPercent);
        RingsKeepSilence = template.Rings.Any(r => (r.SilentAfterMinutes, r.Silent, r.MaxSilentPercent) != (first.SilentAfterMinutes, first.Silent, first.MaxSilentPercent));
        NeedsApproval = template.NeedsApproval;
    }

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
            [.. Rings.Select(r => RingsKeepSilence ? r.Of() : r.Of() with { SilentAfterMinutes = SilentAfterMinutes, Silent = Silent, MaxSilentPercent = MaxSilentPercent })],
            [.. Guards.Select(g => g.Of())],
            NeedsApproval,
            windows.Length > 0 ? windows : null,
            caps == new ByteCaps() ? null : caps);
    }

    private static double? Mb(long? bytes) => bytes / 1_000_000.0;

    private static long? Bytes(double? mb) => mb is { } n ? (long)Math.Round(n * 1_000_000) : null;
}

/// <summary>A ring as it is typed in.</summary>
public sealed class RingForm
{
    // what the form does not show goes through it unharmed
    private RingRequest _kept = new("", "*");

    public string Name { get; set; } = "";

    public string Selector { get; set; } = "*";

    public double? Percent { get; set; }

    public int? Count { get; set; }

    public int? Cameras { get; set; }

    public int MaxFailed { get; set; }

    public int BakeMinutes { get; set; }

    public bool Hold { get; set; }

    public bool Shadow { get; set; }

    /// <summary>As it is in a template.</summary>
    public static RingForm From(RingRequest ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return new()
        {
            _kept = ring,
            Name = ring.Name,
            Selector = ring.Selector,
            Percent = ring.Percent,
            Count = ring.Count,
            Cameras = ring.Cameras,
            MaxFailed = ring.MaxFailed,
            BakeMinutes = ring.BakeMinutes,
            Hold = ring.Hold,
            Shadow = ring.Shadow,
        };
    }

    /// <summary>A number of cameras typed over a share of them takes its place.</summary>
    public RingRequest Of() => _kept with
    {
        Name = Name.Trim(),
        Selector = Selector.Trim(),
        MaxFailed = MaxFailed,
        Percent = Percent,
        Count = Count,
        BakeMinutes = BakeMinutes,
        Cameras = Cameras,
        CameraPercent = Cameras is null ? _kept.CameraPercent : null,
        Hold = Hold,
        Shadow = Shadow,
    };
}

/// <summary>A guard as it is typed in.</summary>
public sealed class GuardForm
{
    // what the form does not show goes through it unharmed
    private Guard _kept = new(GuardKind.Frames, 0);

    public GuardKind Kind { get; set; } = GuardKind.Frames;

    /// <summary>As it is typed: shares in percent.</summary>
    public double Shown { get; set; } = 1000;

    public bool Trial { get; set; }

    public bool Others { get; set; }

    /// <summary>As it is in a template.</summary>
    public static GuardForm From(Guard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        var form = new GuardForm { _kept = guard, Kind = guard.Kind, Trial = guard.Trial, Others = guard.Against == GuardAgainst.OtherCameras };
        form.Shown = guard.Limit * form.Scale;
        return form;
    }

    public Guard Of() => _kept with { Kind = Kind, Limit = Shown / Scale, Trial = Trial, Against = Others && Compares ? GuardAgainst.OtherCameras : GuardAgainst.Before };

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

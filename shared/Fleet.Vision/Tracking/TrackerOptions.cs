namespace Fleet.Vision.Tracking;

/// <summary>How boxes become tracks.</summary>
public sealed record TrackerOptions
{
    /// <summary>A found box belongs to a track when it overlaps the place where the track is expected by at least this (intersection over union, 0 to 1).</summary>
    public float MinIou { get; init; } = 0.2f;

    /// <summary>The same for a box below the version's threshold, which only ever continues a track.</summary>
    public float MinIouDoubtful { get; init; } = 0.5f;

    /// <summary>Boxes that score less continue nothing, 0 to 1.</summary>
    public float LowScore { get; init; } = 0.1f;

    /// <summary>Frames in a row a new box must be found on before it is a track with an id.</summary>
    public int ConfirmFrames { get; init; } = 2;

    /// <summary>A track that was not found for longer has ended …</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>… but never before so many frames passed without it: a camera that gives a frame a minute has tracks too.</summary>
    public int MaxMissed { get; init; } = 3;

    /// <summary>A track that was found on so many frames in a row is stable: a frame without it is a likely miss of the network.</summary>
    public int StableFrames { get; init; } = 5;

    /// <summary>A box that another covers by more than this share of its own area is hidden, not missed.</summary>
    public float HiddenShare { get; init; } = 0.3f;
}

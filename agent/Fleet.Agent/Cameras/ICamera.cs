using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>Frames that a source gave and that never became one of ours.</summary>
/// <param name="Rate">Passed over because fewer are wanted.</param>
/// <param name="Broken">Torn, or not to be decoded.</param>
internal readonly record struct SourceLosses(long Rate, long Broken);

/// <summary>An open source of frames; read by one reader at a time.</summary>
internal interface ICamera : IAsyncDisposable
{
    /// <summary>The source does not wait: a frame that is not taken is lost to the next.</summary>
    bool IsLive { get; }

    /// <summary>The source's own rate, where it has one that must be kept by its reader.</summary>
    double? FramesPerSecond { get; }

    /// <summary>It keeps to the rate that is wanted by itself.</summary>
    bool KeepsRate => false;

    /// <summary>What was lost since it was opened.</summary>
    SourceLosses Losses => default;

    /// <summary>Reads the next frame, its index included; the capture time is the caller's to set.</summary>
    /// <returns>False at the end.</returns>
    Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken);
}

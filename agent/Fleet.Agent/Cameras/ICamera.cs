using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>An open source of frames; read by one reader at a time.</summary>
internal interface ICamera : IAsyncDisposable
{
    /// <summary>The source does not wait: a frame that is not taken is lost to the next.</summary>
    bool IsLive { get; }

    /// <summary>The source's own rate, where it has one that must be kept by its reader.</summary>
    double? FramesPerSecond { get; }

    /// <summary>Reads the next frame, its index included; the capture time is the caller's to set.</summary>
    /// <returns>False at the end.</returns>
    Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken);
}

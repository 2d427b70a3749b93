using Fleet.Testing.Rtsp;

namespace Fleet.Agent.Tests.Cameras;

/// <summary>Clips that every test may show; coded once.</summary>
public sealed class Clips : IAsyncLifetime
{
    public RtspClip Small { get; private set; } = null!;

    public RtspClip Large { get; private set; } = null!;

    public RtspClip Hevc { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Small = await RtspClip.EncodeAsync(320, 240, RtspCodec.H264, TestContext.Current.CancellationToken);
        Large = await RtspClip.EncodeAsync(640, 360, RtspCodec.H264, TestContext.Current.CancellationToken);
        Hevc = await RtspClip.EncodeAsync(320, 240, RtspCodec.H265, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

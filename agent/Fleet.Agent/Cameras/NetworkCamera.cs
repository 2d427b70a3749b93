using System.Text;
using System.Threading.Channels;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>A network stream that ffmpeg receives and decodes. Every frame comes with its own size, so that a camera may change it.</summary>
internal sealed class NetworkCamera : ICamera
{
    private static readonly byte[] Decoded = Encoding.ASCII.GetBytes(FfmpegScript.DecodedName);
    private readonly string _source;
    private readonly byte[] _lastFilter;
    private readonly FrameChild _child;
    private readonly Channel<Size> _sizes = Channel.CreateUnbounded<Size>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly bool _keepsRate;
    private volatile string? _complaint;
    private long _decoded;
    private long _written;
    private long _passedOver;
    private long _broken;

    private NetworkCamera(string command, CameraSource.Network network, double? fps, double stallSeconds)
    {
        (_source, _keepsRate) = (network.Url, fps is not null);
        _lastFilter = _keepsRate ? Encoding.ASCII.GetBytes(FfmpegScript.WrittenName) : Decoded;
        _child = FrameChild.Start(command, FfmpegScript.Arguments(fps), FfmpegScript.Input(network, stallSeconds), (Hear, () => _sizes.Writer.TryComplete()), "Install ffmpeg, or set Fleet:Agent:FfmpegCommand to its path.");
    }

    public bool IsLive => true;

    public double? FramesPerSecond => null;

    public bool KeepsRate => _keepsRate;

    public SourceLosses Losses => new(Interlocked.Read(ref _passedOver), Interlocked.Read(ref _broken));

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: ffmpeg cannot be started.</exception>
    public static NetworkCamera Start(string command, CameraSource.Network network, double? fps, double stallSeconds) => new(command, network, fps, stallSeconds);

    public async Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken)
    {
        if (!await _sizes.Reader.WaitToReadAsync(cancellationToken) || !_sizes.Reader.TryRead(out var size))
        {
            throw await FailureAsync(cause: null);
        }

        try
        {
            frame.Reshape(size.WidthPx, size.HeightPx, 3);
            await _child.Output.ReadExactlyAsync(frame.Pixels.AsMemory(0, frame.SizeBytes), cancellationToken);
            frame.Index = size.Number;
            return true;
        }
        catch (EndOfStreamException e)
        {
            Interlocked.Increment(ref _broken);
            throw await FailureAsync(e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            Interlocked.Increment(ref _broken);
            throw new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(_source)} sends frames of {size.WidthPx}x{size.HeightPx}; at most {Frame.MaxSidePx} on a side can be used.", e);
        }
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    /// <summary>A size is told before its frame is written, so that the reader knows how much to take.</summary>
    private void Hear(ReadOnlySpan<byte> line)
    {
        if (FfmpegWords.Complaint(line) is { } complaint)
        {
            _complaint = complaint;
            return;
        }

        if (FfmpegWords.Size(line, Decoded) is not null)
        {
            _decoded++;
        }

        if (FfmpegWords.Size(line, _lastFilter) is var (width, height))
        {
            Interlocked.Exchange(ref _passedOver, _decoded - ++_written);
            _sizes.Writer.TryWrite(new Size(width, height, _decoded - 1));
        }
    }

    /// <summary>A live source has no end: what was said last tells why it ended.</summary>
    private async Task<ProblemException> FailureAsync(Exception? cause)
    {
        await _child.EndAsync();
        return new ProblemException(Problems.CameraFailed, FfmpegWords.Explain(_complaint, _source), cause);
    }

    private readonly record struct Size(int WidthPx, int HeightPx, long Number);
}

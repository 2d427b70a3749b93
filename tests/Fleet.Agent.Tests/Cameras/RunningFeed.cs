using System.Collections.Concurrent;
using System.Diagnostics;
using Fleet.Agent.Cameras;
using Fleet.Agent.Pipeline;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Tests.Cameras;

/// <summary>A camera's feed that runs, with a detector that takes everything.</summary>
internal sealed class RunningFeed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FramePool _pool = new();
    private readonly FrameCounters _counters = new(A.Camera, TimeProvider.System);
    private readonly CameraFeed _feed;
    private readonly FrameHandover _handover;
    private readonly Task _running;
    private int _shedLevel;

    private RunningFeed(DesiredCamera camera, AgentOptions options)
    {
        _handover = new FrameHandover(_pool, _ => _counters.Skipped(version: null, SkipReason.NewerFrame));
        _feed = new CameraFeed(camera, new CameraOpener(Options.Create(options)), _pool, Options.Create(options), TimeProvider.System, Log);
        _running = Task.WhenAll(
            _feed.RunAsync(new FeedOutlet(_handover, _counters.Source, (reason, count) => _counters.Skipped(version: null, reason, count), () => _shedLevel), _stop.Token),
            TakeAsync());
    }

    public LinesLog Log { get; } = new();

    public ConcurrentQueue<(long Index, int Width, int Height, byte[] Middle)> Frames { get; } = [];

    public FeedState State => _feed.State;

    public SourceCounters Source => _counters.Source.Read();

    public CameraCounters Fate => _counters.Read()[0];

    public int ShedLevel { set => _shedLevel = value; }

    public static RunningFeed Start(string source, double? fps = null, bool loop = true, double stallSeconds = 10, string ffmpeg = "ffmpeg") => new(
        new DesiredCamera(A.Camera, source, Version: null, fps, loop),
        new AgentOptions { StallSeconds = stallSeconds, FirstFrameSeconds = 30, FfmpegCommand = ffmpeg });

    /// <summary>Everything that others on this computer can read of the programs that this process started.</summary>
    public static string ProcessList()
    {
        var own = Environment.ProcessId;
        return string.Concat(Process.GetProcesses().Where(p => ParentOf(p.Id) == own).Select(p => ReadOrEmpty($"/proc/{p.Id}/cmdline") + ReadOrEmpty($"/proc/{p.Id}/environ")));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _handover.Drain(_ => _counters.Skipped(version: null, SkipReason.Stopped));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static int ParentOf(int process) => ReadOrEmpty($"/proc/{process}/stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            var frame = await _handover.TakeAsync(_stop.Token);
            var middle = (((frame.HeightPx / 2) * frame.WidthPx) + (frame.WidthPx / 2)) * frame.Channels;
            Frames.Enqueue((frame.Index, frame.WidthPx, frame.HeightPx, frame.Span.Slice(middle, frame.Channels).ToArray()));
            _counters.Completed(version: null, detections: 0, DateTimeOffset.UnixEpoch, 1, 1, 1);
            _pool.Return(frame);
        }
    }

    internal sealed class LinesLog : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Agent.Drift;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Offline;

/// <summary>What a device would keep of a recording: its own triggers, pool and choice, without a control plane.</summary>
internal sealed class ChooseCommand
{
    private const double UsualRate = 10;
    private readonly ChooseOptions _options;
    private readonly ModelCard _card;
    private readonly SampleTriggers _triggers;
    private readonly FrameSinks _sinks;
    private readonly Dictionary<long, FrameFacts> _judged = [];

    private ChooseCommand(ChooseOptions options, ModelCard card)
    {
        (_options, _card) = (options, card);
        var time = new StoppedTime();
        var camera = new DesiredCamera(CameraId.Parse("camera"), options.Run.Camera, card.Version, Fps: null, Loop: false);
        _triggers = new SampleTriggers(DeviceId.Parse("recording"), camera.Id, time) { Judged = facts => _judged[facts.Frame] = facts };
        var scene = new CameraScene(DeviceId.Parse("recording"), new DeviceLoad(time), new DriftWatch(camera.Id, time), time);
        _sinks = new FrameSinks(camera, new FrameOutlets(_ => { }, _ => { }, () => options.Policy), _triggers, scene, time);
    }

    /// <summary>The first Ctrl-C chooses from what was seen so far, the second ends the program.</summary>
    public static async Task<int> RunUntilInterruptedAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        return await RunAsync(arguments, output, stop.Token);
    }

    /// <exception cref="UsageException">An option or a file cannot be used.</exception>
    /// <exception cref="ProblemException">The model or the recording cannot be used.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var options = ChooseOptions.Parse(arguments);
        return await new ChooseCommand(options, InferModel.CardOf(options.Run)).RunAsync(output, cancellationToken);
    }

    private async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        Remember();
        using var detector = Detector.Load(_options.Run.Model, _card, new InferenceOptions { IntraOpThreads = _options.Run.Threads });
        await using var camera = await InferCommand.OpenAsync(_options.Run, cancellationToken);
        var rate = camera.FramesPerSecond ?? UsualRate;
        var timing = await InferCommand.TimeAsync(camera, detector, _options.Run, seen => See(seen, rate), cancellationToken);
        var end = _triggers.End(limitBytes: long.MaxValue, _options.Policy, isLast: true);
        var report = new ChooseReport(timing.Frames, Kept(end), [.. _judged.Values.OrderBy(f => f.Frame).Select(Judged)]);
        await WriteAsync(_options.Run.Out, JsonSerializer.SerializeToUtf8Bytes(report, ChooseJson.Default.ChooseReport));
        if (_options.Memory is { } memory)
        {
            await WriteAsync(memory, _triggers.Memory.Save());
        }

        await output.WriteAsync(Text(report));
        return 0;
    }

    private void Remember()
    {
        if (_options.Memory is { } memory && File.Exists(memory))
        {
            _triggers.Memory.Load(File.ReadAllBytes(memory));
        }
    }

    private void See(InferredFrame seen, double rate)
    {
        seen.Frame.CapturedTimestamp = (long)(seen.Frame.Index / rate * TimeSpan.TicksPerSecond);
        _triggers.Arrive(seen.Frame.Index, _options.Policy);
        // the detector uses its lists again
        _sinks.Seen(seen.Frame, _card.Version, new Sight([.. seen.Found], [.. seen.Doubtful], InferenceMs: 0));
    }

    private JudgedFrame Judged(FrameFacts facts) => new(facts.Frame, Math.Round(TriggerRules.Value(facts, _options.Policy.Gather), 6), TriggerRules.Reasons(facts, TriggerSettings.Of(_options.Policy)));

    private static List<KeptFrame> Kept(PoolEnd? end)
    {
        if (end is null)
        {
            return [];
        }

        var samples = end.Chosen.ToDictionary(c => c.Frame.Frame, c => c.Sample.Frame);
        return [.. end.Record.Choice.Randoms.Concat(end.Record.Choice.Picks).Select(f => samples[f]).Select(s => new KeptFrame(s.Frame, s.Trigger, Math.Round(s.Score, 6), s.InclusionProbability, s.Reasons ?? []))];
    }

    private string Text(ChooseReport report) => string.Concat(report.Kept.Select(k => string.Create(
        CultureInfo.InvariantCulture, $"frame {k.Frame}  {k.Value:0.00}  {string.Join("; ", k.Reasons.Select(r => $"{r.Trigger} ({r.Why})"))}\n")))
        + $"{report.Kept.Count} of {report.Frames} frames would be kept; all of it is in {_options.Run.Out}\n";

    private static async Task WriteAsync(string path, byte[] bytes)
    {
        try
        {
            await File.WriteAllBytesAsync(path, bytes, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>A recording is one moment: what a pool may keep does not grow while it is read.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => 0;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}

/// <summary>What <c>fleet choose</c> writes.</summary>
/// <param name="Frames">Of the recording.</param>
/// <param name="Kept">In the order of choice, those of chance first.</param>
/// <param name="Judged">Every frame.</param>
internal sealed record ChooseReport(long Frames, IReadOnlyList<KeptFrame> Kept, IReadOnlyList<JudgedFrame> Judged);

/// <summary>A frame that would be kept.</summary>
internal sealed record KeptFrame(long Frame, string Trigger, double Value, double InclusionProbability, IReadOnlyList<SampleReason> Reasons);

/// <summary>What triggers thought of a frame.</summary>
internal sealed record JudgedFrame(long Frame, double Value, IReadOnlyList<SampleReason> Reasons);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ChooseReport))]
internal sealed partial class ChooseJson : JsonSerializerContext;

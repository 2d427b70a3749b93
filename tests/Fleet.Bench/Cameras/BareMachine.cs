using System.Diagnostics;
using Fleet.Bench.Vision;
using Fleet.Contracts;
using Fleet.Onnx;

namespace Fleet.Bench.Cameras;

/// <param name="FramesPerSecond">Of all cores together.</param>
/// <param name="InferenceMs">Median of one inference while every core runs its own.</param>
internal sealed record BareSlice(double FramesPerSecond, double InferenceMs);

/// <summary>The limit: bare ONNX Runtime on tensors in memory, one loop a core, nothing else.</summary>
internal sealed class BareMachine : IDisposable
{
    private readonly BareLoop[] _loops;

    public BareMachine(string model)
    {
        var report = OnnxCheck.Inspect(File.ReadAllBytes(model));
        var head = OnnxMetadata.Get(report.Metadata).Head ?? throw new BenchFailedException($"{model} does not say which head it has.");
        var input = OnnxCheck.FitHead(report, head, classes: null, input: null).Input;
        _loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new BareLoop(model, input, Frames.Synthetic()[0]))];
    }

    public async Task<BareSlice> TakeAsync(TimeSpan duration)
    {
        var counts = await Task.WhenAll(_loops.Select(l => Task.Factory.StartNew(() => Run(l, duration), TaskCreationOptions.LongRunning)));
        return new(counts.Sum(c => c.Count) / duration.TotalSeconds, Numbers.Median(counts.Select(c => c.MedianMs)));
    }

    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
    }

    private static (int Count, double MedianMs) Run(BareLoop loop, TimeSpan duration)
    {
        var (started, times) = (Stopwatch.GetTimestamp(), new List<double>());
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var before = Stopwatch.GetTimestamp();
            loop.Run();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return (times.Count, Numbers.Median(times));
    }
}

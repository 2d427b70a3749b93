using System.Diagnostics;

namespace Fleet.Bench.Vision;

/// <param name="FramesPerSecond">Finished by the wall clock.</param>
/// <param name="ProcessorMs">Processor time of the whole program for each; what others do on the machine hardly shows here.</param>
/// <param name="GarbageBytes">Managed memory allocated for each.</param>
internal sealed record VisionSlice(double FramesPerSecond, double ProcessorMs, double GarbageBytes);

/// <summary>One contender, run over and over for a while.</summary>
internal sealed class Lane(Action once)
{
    public Task<VisionSlice> TakeAsync(TimeSpan duration) => Task.FromResult(Take(duration));

    public VisionSlice Take(TimeSpan duration)
    {
        var count = 0;
        var processor = Environment.CpuUsage.TotalTime;
        var garbage = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            once();
            count++;
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        garbage = GC.GetAllocatedBytesForCurrentThread() - garbage;
        return new(count / elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / count, (double)garbage / count);
    }
}

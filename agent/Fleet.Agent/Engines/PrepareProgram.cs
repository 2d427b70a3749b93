using System.Text.Json;
using Fleet.Agent.Cameras;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Vision;

namespace Fleet.Agent.Engines;

/// <summary>The child: builds engines into the cache, tries each on the golden clip, races those that hold. It speaks in lines of JSON.</summary>
internal static class PrepareProgram
{
    private const int GaveUp = 3;

    /// <summary><c>fleet-agent prepare JOB</c>.</summary>
    public static int Run(string jobFile, TextWriter output)
    {
        var job = JsonSerializer.Deserialize(File.ReadAllBytes(jobFile), PrepareJson.Default.PrepareJob)!;
        ProcessLimits.Take(job.IsKernelLimit ? job.MemoryBytes : null);
        try
        {
            var card = JsonSerializer.Deserialize(File.ReadAllBytes(job.Card), FleetJson.Tolerant.ModelCard)!;
            using var clip = job.Golden is { } path ? File.OpenRead(path) : null;
            Say(output, new PrepareLine(Trials: new PrepareRun(job, card, clip is null ? null : GoldenClip.Read(clip), (stage, share) => Say(output, new PrepareLine(stage, share))).Run()));
            return 0;
        }
        catch (ProblemException e)
        {
            Say(output, new PrepareLine(Problem: new ReportedProblem(e.Kind.Code, e.Message)));
            return GaveUp;
        }
        catch (IOException e) when (DiskRoom.IsMissing(e))
        {
            Say(output, new PrepareLine(Problem: DiskFull));
            return GaveUp;
        }
        catch (OutOfMemoryException)
        {
            Say(output, new PrepareLine(Problem: new ReportedProblem(Problems.EngineBudget.Code, OverMemory(job.MemoryBytes))));
            return GaveUp;
        }
    }

    public static ReportedProblem DiskFull { get; } = new(Problems.DeviceDiskFull.Code, "the device's disk is full: free some, then name the version again.");

    public static string OverMemory(long bytes) => $"it needs more than the {bytes >> 20} MiB of memory that it may use.";

    private static void Say(TextWriter output, PrepareLine line)
    {
        output.WriteLine(JsonSerializer.Serialize(line, PrepareJson.Default.PrepareLine));
        output.Flush();
    }
}

/// <summary>One job.</summary>
internal sealed class PrepareRun(PrepareJob job, ModelCard card, GoldenClip? clip, Action<string, double> tell)
{
    private const int WarmUp = 3;
    private const int MaxFrames = 8;
    private const int LeastDiskBytes = 64 << 10;
    private static readonly TimeSpan TimedAtMost = TimeSpan.FromSeconds(20);

    public IReadOnlyList<Trial> Run()
    {
        var detectors = new Detector?[job.Entrants.Count];
        try
        {
            var trials = new Trial[job.Entrants.Count];
            for (var i = 0; i < trials.Length; i++)
            {
                (trials[i], detectors[i]) = Try(job.Entrants[i], (double)i / trials.Length);
            }

            return job.Rounds == 0 ? trials : Race(trials, detectors);
        }
        finally
        {
            foreach (var detector in detectors)
            {
                detector?.Dispose();
            }
        }
    }

    private (Trial Trial, Detector? Detector) Try(Entrant entrant, double share)
    {
        Detector? detector = null;
        try
        {
            tell($"building {entrant.Name}", share);
            detector = Detector.Load(entrant.File, card, EngineOptions.Of(entrant, job.Engines));
            tell($"trying {entrant.Name} on {detector.Provider}", share);
            var difference = clip?.Prove(Pictures.Decode, frame => detector.Detect(frame), card.ScoreThreshold);
            return (new Trial(entrant, detector.Provider, clip is not null, difference, Failure: null), detector);
        }
        catch (ProblemException e)
        {
            detector?.Dispose();
            return (new Trial(entrant, Provider: null, clip is not null, Difference: null, Refusal(e)), null);
        }
    }

    // the runtime tells a refused allocation, and a disk on which no engine can be kept, as failures of its own
    private ReportedProblem Refusal(ProblemException e) => new DriveInfo(job.Engines).AvailableFreeSpace < LeastDiskBytes ? PrepareProgram.DiskFull
        : e.Message.Contains("alloc", StringComparison.OrdinalIgnoreCase)
        ? new(Problems.EngineBudget.Code, PrepareProgram.OverMemory(job.MemoryBytes))
        : new(e.Kind.Code, e.Message);

    private Trial[] Race(Trial[] trials, Detector?[] detectors)
    {
        var frames = Frames();
        var runners = Enumerable.Range(0, trials.Length).Where(i => trials[i].IsEligible).ToList();
        var times = runners.ToDictionary(i => i, _ => new List<double>());
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < job.Rounds + WarmUp && TimeProvider.System.GetElapsedTime(began) < TimedAtMost; round++)
        {
            tell($"racing {runners.Count} variants", round / (double)(job.Rounds + WarmUp));
            // each takes its turn in every round: whatever else the machine does hits all
            foreach (var i in runners)
            {
                var started = TimeProvider.System.GetTimestamp();
                detectors[i]!.Detect(frames[round % frames.Count]);
                if (round >= WarmUp)
                {
                    times[i].Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
                }
            }
        }

        return [.. trials.Select((t, i) => times.TryGetValue(i, out var all) && all.Count > 0 ? t with { TimesMs = all } : t)];
    }

    private List<Frame> Frames()
    {
        List<Frame> frames = [.. job.Frames.Take(MaxFrames).Select(f => Pictures.Decode(File.ReadAllBytes(f)))];
        if (frames.Count == 0 && clip is not null)
        {
            frames.AddRange(clip.Frames.Take(MaxFrames).Select(f => Pictures.Decode(f.Png)));
        }

        return frames.Count > 0 ? frames : [new Frame(card.Input.WidthPx, card.Input.HeightPx, channels: 3)];
    }
}

/// <summary>The options that child and agent must agree on, or the engine that one built would not be found by the other.</summary>
internal static class EngineOptions
{
    /// <summary>Cameras of one version that a batch can take.</summary>
    public const int MaxBatch = 8;

    public static InferenceOptions Of(Entrant entrant, string engines) => new()
    {
        MaxBatch = MaxBatch,
        CacheFolder = engines,
        Precision = Precisions.Parse(entrant.Precision),
        Sparse = entrant.IsSparse,
    };
}

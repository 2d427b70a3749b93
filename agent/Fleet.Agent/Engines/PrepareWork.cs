using System.Globalization;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Engines;

/// <summary>What every preparation needs.</summary>
internal sealed record PrepareParts(BlobStore Blobs, EngineLoader Loader, AgentPaths Paths, PrepareChild Child, EngineExchange Exchange, TimeProvider Time)
{
    private readonly Lazy<string> _provider = new(() => ProviderLadder.Probe(new InferenceOptions()).First(r => r.Refusal is null).Name);

    /// <summary>The provider that is tried first.</summary>
    public string Provider => _provider.Value;
}

/// <summary>One version's preparation, within one budget.</summary>
internal sealed class PrepareWork
{
    private const int RaceRounds = 40;
    private const double MemoryShare = 0.75;
    private readonly PrepareParts _parts;
    private readonly DevicePolicy _policy;
    private readonly Action<string, double> _tell;
    private readonly ModelCard _card;
    private readonly long _began;

    public PrepareWork(PrepareParts parts, Installed version, DevicePolicy policy, Action<string, double> tell)
    {
        (_parts, Version, _policy, _tell, _began) = (parts, version, policy, tell, parts.Time.GetTimestamp());
        _card = parts.Loader.Card(version);
        Entrants = version.Variant == VariantNames.Auto ? RacePlanner.Enter(Files(), parts.Provider) : RacePlanner.Enter(Files(), ProviderLadder.Cpu);
    }

    public Installed Version { get; }

    /// <summary>At least one; several where the device may choose.</summary>
    public IReadOnlyList<Entrant> Entrants { get; }

    /// <summary>The entrant that won <paramref name="race"/>; null where there is none.</summary>
    public Entrant? Chosen(ReportedRace? race) => race?.Rows.FirstOrDefault(r => r.Chosen) is { } row
        ? Entrants.FirstOrDefault(e => e.Variant == row.Variant && e.Precision == row.Precision)
        : null;

    public bool IsBuilt(Entrant entrant) => Detector.IsBuilt(entrant.File, _card, EngineOptions.Of(entrant, _parts.Paths.Engines));

    /// <summary>Builds one engine, or finds it built.</summary>
    public async Task<Entrant> BuildAsync(Entrant entrant, CancellationToken cancellationToken)
    {
        if (IsBuilt(entrant))
        {
            return entrant;
        }

        // whether it reproduces the clip is judged on the engine that serves; before others get it, here
        var trial = await TryAsync(entrant, _policy.EngineSharing.Offers() ? Golden() : null, from: 0, share: 1, cancellationToken);
        return trial.Failure is { } failure
            ? throw new ProblemException(Problems.Find(failure.Code), $"{Version.Version}, {entrant.Name}: {failure.Detail}")
            : entrant;
    }

    /// <summary>Builds and tries every entrant in a child of its own, then times those that hold side by side.</summary>
    public async Task<(RaceResult Result, ReportedRace Race)> RaceAsync(IReadOnlyList<byte[]> pictures, CancellationToken cancellationToken)
    {
        var files = await SaveAsync(pictures, cancellationToken);
        try
        {
            var share = 1.0 / (Entrants.Count + 1);
            var trials = new List<Trial>();
            for (var i = 0; i < Entrants.Count; i++)
            {
                trials.Add(await TryAsync(Entrants[i], Golden(), i * share, share, cancellationToken));
            }

            var running = trials.Where(t => t.IsEligible).Select(t => t.Entrant).ToList();
            if (running.Count > 0)
            {
                var timed = await RunAsync(Job(running, Golden()) with { Rounds = RaceRounds, Frames = files }, 1 - share, share, cancellationToken);
                trials = [.. trials.Select(t => timed.FirstOrDefault(r => r.Entrant == t.Entrant) ?? t)];
            }

            var result = RacePlanner.Choose(trials);
            var frames = files.Count > 0 ? $"{files.Count} frames of this device's camera" : Golden() is null ? "an empty frame" : "frames of the golden clip";
            return (result, new ReportedRace(Version.Version, result.Rows, result.Remark, _parts.Time.GetUtcNow(), frames));
        }
        finally
        {
            files.ForEach(File.Delete);
        }
    }

    /// <summary>Builds an engine and tries it, or takes another device's; one that was taken and does not reproduce the clip is thrown away and built here.</summary>
    private async Task<Trial> TryAsync(Entrant entrant, string? golden, double from, double share, CancellationToken cancellationToken)
    {
        var isHere = IsBuilt(entrant);
        if (!isHere && await TakeAsync(entrant, from, cancellationToken))
        {
            var taken = (await RunAsync(Job([entrant], Golden()), from, share, cancellationToken))[0];
            if (taken.IsEligible)
            {
                return taken;
            }

            _parts.Exchange.Refuse(KeyOf(entrant), taken.Difference ?? taken.Failure!.Detail);
        }

        var trial = (await RunAsync(Job([entrant], golden), from, share, cancellationToken))[0];
        if (!isHere && trial is { IsEligible: true, HasClip: true } && _policy.EngineSharing.Offers())
        {
            _parts.Exchange.Offer(KeyOf(entrant));
        }

        return trial;
    }

    /// <summary>Without a clip nothing could say what an engine is worth that was built elsewhere.</summary>
    private async Task<bool> TakeAsync(Entrant entrant, double from, CancellationToken cancellationToken)
    {
        if (!_policy.EngineSharing.Takes() || Golden() is null || Left is not { Ticks: > 0 } left)
        {
            return false;
        }

        _tell($"asking for {entrant.Name} of another device", from);
        using var limit = new CancellationTokenSource(left, _parts.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _parts.Exchange.TakeAsync(KeyOf(entrant), Math.Min(_policy.EngineBytes, EngineStatement.MaxBytes), both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private TimeSpan Left => TimeSpan.FromSeconds(_policy.PrepareSeconds) - _parts.Time.GetElapsedTime(_began);

    private EngineKey KeyOf(Entrant entrant) => Detector.KeyOf(entrant.File, _card, EngineOptions.Of(entrant, _parts.Paths.Engines));

    private async Task<IReadOnlyList<Trial>> RunAsync(PrepareJob job, double from, double share, CancellationToken cancellationToken)
    {
        var left = Left;
        return left > TimeSpan.Zero
            ? await _parts.Child.RunAsync(job, left, (stage, done) => _tell(stage, from + (done * share)), cancellationToken)
            : [.. job.Entrants.Select(e => new Trial(e, Provider: null, HasClip: false, Difference: null, new ReportedProblem(Problems.EngineBudget.Code, FormattableString.Invariant($"no time is left of the {_policy.PrepareSeconds:0.###} s that preparing may take."))))];
    }

    private PrepareJob Job(IReadOnlyList<Entrant> entrants, string? golden) => new(
        entrants,
        PathOf(Targets.Card(Version.Version))!,
        golden,
        [],
        _parts.Paths.Engines,
        Rounds: 0,
        Math.Min(_policy.PrepareMemoryBytes, (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare)),
        IsKernelLimit: _parts.Provider == ProviderLadder.Cpu);

    private string? Golden() => PathOf(Targets.GoldenClip(Version.Version));

    private string? PathOf(string target) => Version.Files.FirstOrDefault(f => f.Path == target) is { } file ? _parts.Blobs.PathOf(file.Digest) : null;

    private List<(string Variant, string File)> Files()
    {
        var files = EngineLoader.Variants(Version, _card);
        foreach (var (_, file) in files)
        {
            _ = _parts.Blobs.Read(file);
        }

        return [.. files.Select(f => (f.Variant, _parts.Blobs.PathOf(f.File.Digest)))];
    }

    private async Task<List<string>> SaveAsync(IReadOnlyList<byte[]> pictures, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        foreach (var picture in pictures)
        {
            files.Add(Path.Combine(_parts.Paths.Engines, string.Create(CultureInfo.InvariantCulture, $"race-{files.Count}.tmp")));
            await File.WriteAllBytesAsync(files[^1], picture, cancellationToken);
        }

        return files;
    }
}

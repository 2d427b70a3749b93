using Fleet.Agent.Engines;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Updates;

/// <summary>What became of a step.</summary>
internal sealed record StepResult(UpdateEvent Event, ReportedProblem? Problem = null, string? Remark = null);

/// <summary>Takes the steps of an update that change nothing in service: reserve, fetch, verify, prepare, prove. Each may be taken again.</summary>
internal sealed class UpdateSteps(BlobFetcher fetcher, BlobStore blobs, ReleaseTrust trust, EngineLoader loader, EnginePreparer engines, SampleOutbox outbox, IOptions<AgentOptions> options)
{
    /// <summary>Room for an engine that is built from a model, as a multiple of the model's size.</summary>
    private const int EngineShare = 2;

    /// <summary>Characters of an unforeseen failure's own words that are reported.</summary>
    private const int MaxCause = 200;

    public async Task<StepResult> TakeAsync(UpdateRecord update, Installed version, CandidateEngine candidate, FetchTally tally, CancellationToken cancellationToken)
    {
        try
        {
            return update.State switch
            {
                UpdateState.Reserving => Reserve(version, candidate.Policy()),
                UpdateState.Fetching => await FetchAsync(version, tally, cancellationToken),
                UpdateState.Verifying => await VerifyAsync(version, cancellationToken),
                UpdateState.Preparing => await PrepareAsync(version, candidate, cancellationToken),
                UpdateState.Proving => await Task.Run(() => Prove(version, candidate), cancellationToken),
                _ => throw new InvalidOperationException($"{update.State} is no step that can be taken here."),
            };
        }
        catch (Exception e) when (e is ProblemException or IOException or HttpRequestException or TimeoutException or UnauthorizedAccessException)
        {
            return Judge(update.State, e);
        }
        catch (Exception e) when (update.State is UpdateState.Preparing or UpdateState.Proving && e is not OperationCanceledException)
        {
            return Judge(update.State, Unforeseen(update.State, version, e));
        }
    }

    /// <summary>The engine of a version that served before.</summary>
    /// <exception cref="ProblemException">It cannot serve any more.</exception>
    public async Task<Engine> RestoreAsync(Installed version, DevicePolicy policy, CancellationToken cancellationToken)
    {
        var entrant = await engines.RestoreAsync(version, policy, cancellationToken);
        return await Task.Run(() => loader.Load(version, entrant), cancellationToken);
    }

    public ReportedPreparing? Preparing(VersionId version) => engines.Progress(version);

    public long Missing(Installed version) => blobs.Missing(version.Files);

    /// <summary>Which event a failure is.</summary>
    internal static StepResult Judge(UpdateState state, Exception failure)
    {
        var isFull = DiskRoom.IsMissing(failure);
        var problem = failure is ProblemException { Kind: var kind } ? kind : isFull ? Problems.DeviceDiskFull : Problems.ServerBusy;
        var said = new ReportedProblem(problem.Code, isFull ? $"The device's disk was full while the version was {state.ToString().ToLowerInvariant()}. Nothing was changed: free disk there, then name it again." : failure.Message);
        var isLinkStep = state is UpdateState.Fetching or UpdateState.Verifying;
        var what = problem.Code switch
        {
            _ when problem == Problems.DeviceDiskFull => UpdateEvent.Failed,
            _ when failure is IOException and not HttpIOException && !isLinkStep => UpdateEvent.Failed,
            var code when code.StartsWith("trust.", StringComparison.Ordinal) => state == UpdateState.Reserving ? UpdateEvent.Failed : UpdateEvent.Untrusted,
            var code when code.StartsWith("model.", StringComparison.Ordinal) => UpdateEvent.Incompatible,
            _ when isLinkStep && Link.Connection.IsPassing(failure) => UpdateEvent.Again,
            _ => UpdateEvent.Failed,
        };
        return new StepResult(UpdateTable.Next(state, what, canGoBack: true) is null ? UpdateEvent.Failed : what, said);
    }

    /// <summary>What a runtime or a codec throws when it is not whole (a system library is missing, say) is nobody's contract: it ends the update, it must not repeat for ever.</summary>
    private static ProblemException Unforeseen(UpdateState state, Installed version, Exception e)
    {
        var cause = e.GetBaseException();
        var said = cause.Message.ReplaceLineEndings(" ");
        var step = state == UpdateState.Preparing ? "prepared" : "proved";
        return new ProblemException(Problems.EngineFailed, $"{version.Version} could not be {step} on this device: {cause.GetType().Name}: {said[..Math.Min(said.Length, MaxCause)]}", e);
    }

    private StepResult Reserve(Installed version, DevicePolicy policy)
    {
        var missing = blobs.Missing(version.Files);
        var model = version.Files.Where(f => f.Path.EndsWith(".onnx", StringComparison.Ordinal)).Sum(f => f.SizeBytes);
        var outboxLeft = Math.Max(0, policy.OutboxBytes - outbox.Size.Bytes);
        var wanted = missing + (model * EngineShare) + outboxLeft + options.Value.DiskMarginBytes;
        var free = DeviceFactsReader.DiskFreeBytes(options.Value.Data);
        return missing > 0 && wanted > free
            ? throw new ProblemException(Problems.DeviceDiskFull, $"{version.Version} needs {wanted >> 20} MiB on this device ({missing >> 20} to fetch, {(model * EngineShare) >> 20} for its engine, {outboxLeft >> 20} for the outbox, {options.Value.DiskMarginBytes >> 20} kept free); {free >> 20} MiB are free.")
            : new StepResult(UpdateEvent.Done);
    }

    private async Task<StepResult> FetchAsync(Installed version, FetchTally tally, CancellationToken cancellationToken)
    {
        foreach (var file in version.Files)
        {
            await fetcher.FetchAsync(file, tally, cancellationToken);
        }

        return new StepResult(UpdateEvent.Done);
    }

    private async Task<StepResult> VerifyAsync(Installed version, CancellationToken cancellationToken)
    {
        await trust.MustBeReleasedAsync(version, cancellationToken);
        foreach (var file in version.Files)
        {
            _ = blobs.Read(file);
        }

        loader.Inspect(version, loader.Card(version));
        return new StepResult(UpdateEvent.Done);
    }

    private async Task<StepResult> PrepareAsync(Installed version, CandidateEngine candidate, CancellationToken cancellationToken)
    {
        var entrant = await engines.PrepareAsync(version, candidate.Policy(), candidate.PicturesAsync, cancellationToken);
        candidate.Put(await Task.Run(() => loader.Load(version, entrant), cancellationToken));
        return new StepResult(UpdateEvent.Done);
    }

    private StepResult Prove(Installed version, CandidateEngine candidate) =>
        new(UpdateEvent.Done, Remark: loader.Prove(version, candidate.Ready(version)));
}

/// <summary>The engine of a version on trial, from its preparation until it serves.</summary>
internal sealed class CandidateEngine(Func<DevicePolicy> policy, PicturesAsync pictures) : IDisposable
{
    private Engine? _engine;

    public Func<DevicePolicy> Policy => policy;

    /// <summary>Pictures of the camera it is to serve.</summary>
    public PicturesAsync PicturesAsync => pictures;

    public void Put(Engine engine)
    {
        _engine?.Dispose();
        _engine = engine;
    }

    public bool Has(Installed version) => _engine is { } engine && engine.Version.Is(version);

    /// <summary>The engine, which stays here.</summary>
    public Engine Ready(Installed version) => Has(version)
        ? _engine!
        : throw new ProblemException(Problems.EngineFailed, $"No engine of {version.Version} is ready.");

    /// <summary>The engine, which is the caller's from now on.</summary>
    public Engine Take(Installed version)
    {
        var engine = Ready(version);
        _engine = null;
        return engine;
    }

    public void Dispose()
    {
        _engine?.Dispose();
        _engine = null;
    }
}

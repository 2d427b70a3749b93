using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Training runs: asked for by operators, worked off by trainers.</summary>
public sealed class TrainingRunsClient
{
    private const string Root = Wire.Api + "/training-runs";
    private readonly Wire _wire;

    internal TrainingRunsClient(Wire wire) => _wire = wire;

    /// <summary>Queues a training run.</summary>
    public Task<TrainingRunResponse> StartAsync(TrainingRunRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.TrainingRunRequest), FleetJson.Tolerant.TrainingRunResponse, cancellationToken);

    /// <summary>All training runs.</summary>
    public IAsyncEnumerable<TrainingRunResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of training runs.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<TrainingRunResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageTrainingRunResponse, cancellationToken);

    /// <summary>One training run.</summary>
    public Task<TrainingRunResponse> GetAsync(TrainingRunId run, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{run}"), FleetJson.Tolerant.TrainingRunResponse, cancellationToken);

    /// <summary>For each model with measured runs: how many labels choosing frames has saved, as far as can be told.</summary>
    public Task<IReadOnlyList<LabelSavings>> SavingsAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Wire.Api}/label-savings"), FleetJson.Tolerant.IReadOnlyListLabelSavings, cancellationToken);

    /// <summary>For trainers: takes the next queued run.</summary>
    /// <returns>Null when none waits.</returns>
    public Task<TrainingLease?> TakeNextAsync(TrainerRequest request, CancellationToken cancellationToken) =>
        _wire.SendOrNothingAsync(Call.Post($"{Root}/next", request, FleetJson.Tolerant.TrainerRequest), FleetJson.Tolerant.TrainingLease, cancellationToken);

    /// <summary>For trainers: says how far a run is and keeps its lease.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RunLease"/> when the run belongs to another trainer now, or is over.</exception>
    public Task ReportAsync(TrainingRunId run, ProgressRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{run}/progress", request, FleetJson.Tolerant.ProgressRequest), cancellationToken);

    /// <summary>For trainers: ends a run, well (with a version) or badly (with a reason).</summary>
    public Task EndAsync(TrainingRunId run, EndRunRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/{run}/end", request, FleetJson.Tolerant.EndRunRequest), cancellationToken);
}

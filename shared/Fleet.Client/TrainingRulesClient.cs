using System.Net.Http.Headers;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Rules that start training runs by themselves; a model has at most one.</summary>
public sealed class TrainingRulesClient
{
    private const string Root = Wire.Api + "/training-rules";
    private readonly Wire _wire;

    internal TrainingRulesClient(Wire wire) => _wire = wire;

    /// <summary>All rules, by model.</summary>
    public IAsyncEnumerable<TrainingRuleResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of rules.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<TrainingRuleResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageTrainingRuleResponse, cancellationToken);

    /// <summary>The rule of one model.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrainingRuleUnknown"/> when it has none.</exception>
    public Task<TrainingRuleResponse> GetAsync(ModelName model, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{model}"), FleetJson.Tolerant.TrainingRuleResponse, cancellationToken);

    /// <summary>Makes or changes the rule of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rule">What it should be.</param>
    /// <param name="ifMatch"><see cref="TrainingRuleResponse.ETag"/> of what is changed; null for a new rule, <c>*</c> for whatever is there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<TrainingRuleResponse> SetAsync(ModelName model, TrainingRuleRequest rule, string? ifMatch, CancellationToken cancellationToken)
    {
        var call = Call.Put($"{Root}/{model}", rule, FleetJson.Tolerant.TrainingRuleRequest);
        var matching = ifMatch is null ? call : call with { Headers = h => h.IfMatch.Add(ifMatch == "*" ? EntityTagHeaderValue.Any : EntityTagHeaderValue.Parse(ifMatch)) };
        return _wire.SendAsync(matching, FleetJson.Tolerant.TrainingRuleResponse, cancellationToken);
    }

    /// <summary>Removes the rule of a model; a run that it started goes on.</summary>
    public Task DeleteAsync(ModelName model, CancellationToken cancellationToken) => _wire.SendAsync(Call.Delete($"{Root}/{model}"), cancellationToken);
}

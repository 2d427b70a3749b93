using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Rollouts.</summary>
public sealed class RolloutsClient
{
    private const string Root = Wire.Api + "/rollouts";
    private const string SettingsRoot = Wire.Api + "/rollout-settings";
    private readonly Wire _wire;

    internal RolloutsClient(Wire wire) => _wire = wire;

    /// <summary>Starts a rollout of a released version.</summary>
    public Task<RolloutResponse> StartAsync(RolloutRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.RolloutRequest), FleetJson.Tolerant.RolloutResponse, cancellationToken);

    /// <summary>What a rollout would do; nothing is changed.</summary>
    public Task<RolloutPreview> PreviewAsync(RolloutRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/preview", request, FleetJson.Tolerant.RolloutRequest), FleetJson.Tolerant.RolloutPreview, cancellationToken);

    /// <summary>All rollouts.</summary>
    public IAsyncEnumerable<RolloutResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of rollouts.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<RolloutResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageRolloutResponse, cancellationToken);

    /// <summary>One rollout.</summary>
    public Task<RolloutResponse> GetAsync(RolloutId rollout, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{rollout}"), FleetJson.Tolerant.RolloutResponse, cancellationToken);

    /// <summary>Agrees to a rollout of someone else, which then begins.</summary>
    public Task ApproveAsync(RolloutId rollout, CancellationToken cancellationToken) => ActAsync(rollout, "approve", cancellationToken);

    /// <summary>Models whose rollouts need approval; one that is not named needs none.</summary>
    public async Task<IReadOnlyList<RolloutSettings>> SettingsAsync(CancellationToken cancellationToken) =>
        await _wire.SendAsync(Call.Get(SettingsRoot), FleetJson.Tolerant.ListRolloutSettings, cancellationToken);

    /// <summary>Sets whether rollouts of a model need approval.</summary>
    public Task<RolloutSettings> SetAsync(RolloutSettings settings, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Put($"{SettingsRoot}/{settings.Model}", new RolloutSettingsRequest(settings.NeedsApproval), FleetJson.Tolerant.RolloutSettingsRequest), FleetJson.Tolerant.RolloutSettings, cancellationToken);

    /// <summary>Opens no further ring until it is resumed.</summary>
    public Task PauseAsync(RolloutId rollout, CancellationToken cancellationToken) => ActAsync(rollout, "pause", cancellationToken);

    /// <summary>Goes on.</summary>
    public Task ResumeAsync(RolloutId rollout, CancellationToken cancellationToken) => ActAsync(rollout, "resume", cancellationToken);

    /// <summary>Ends it; devices keep what they have.</summary>
    public Task AbortAsync(RolloutId rollout, CancellationToken cancellationToken) => ActAsync(rollout, "abort", cancellationToken);

    /// <summary>Ends it and sends every device back to what it ran before.</summary>
    public Task RollBackAsync(RolloutId rollout, CancellationToken cancellationToken) => ActAsync(rollout, "roll-back", cancellationToken);

    private Task ActAsync(RolloutId rollout, string action, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/{rollout}/{action}"), cancellationToken);
}

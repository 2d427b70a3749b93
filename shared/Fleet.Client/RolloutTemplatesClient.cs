using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Rollouts without their versions, kept under names.</summary>
public sealed class RolloutTemplatesClient
{
    private const string Root = Wire.Api + "/rollout-templates";
    private readonly Wire _wire;

    internal RolloutTemplatesClient(Wire wire) => _wire = wire;

    /// <summary>All of them, by name; at most 100.</summary>
    public async Task<IReadOnlyList<RolloutTemplate>> ListAsync(CancellationToken cancellationToken) =>
        await _wire.SendAsync(Call.Get(Root), FleetJson.Tolerant.ListRolloutTemplate, cancellationToken);

    /// <summary>One of them.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RolloutTemplateUnknown"/> when there is none of this name.</exception>
    public Task<RolloutTemplate> GetAsync(TemplateName name, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{name}"), FleetJson.Tolerant.RolloutTemplate, cancellationToken);

    /// <summary>Saves one, over one of the same name.</summary>
    public Task<RolloutTemplate> SetAsync(TemplateName name, RolloutTemplateRequest rollout, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{name}", rollout, FleetJson.Tolerant.RolloutTemplateRequest), FleetJson.Tolerant.RolloutTemplate, cancellationToken);

    /// <summary>Deletes one; rollouts that were made from it go on.</summary>
    public Task DeleteAsync(TemplateName name, CancellationToken cancellationToken) => _wire.SendAsync(Call.Delete($"{Root}/{name}"), cancellationToken);
}

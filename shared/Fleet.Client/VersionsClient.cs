using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Versions of models.</summary>
public sealed class VersionsClient
{
    private const string Root = Wire.Api + "/versions";
    private readonly Wire _wire;

    internal VersionsClient(Wire wire) => _wire = wire;

    /// <summary>Registers a version whose blobs were uploaded before; it is a draft until a publisher signs it.</summary>
    public Task<VersionResponse> RegisterAsync(VersionRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.VersionRequest), FleetJson.Tolerant.VersionResponse, cancellationToken);

    /// <summary>All versions.</summary>
    public IAsyncEnumerable<VersionResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of versions.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<VersionResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageVersionResponse, cancellationToken);

    /// <summary>The newest versions whose lineage names <paramref name="scene"/>, at most 100.</summary>
    public async Task<IReadOnlyList<VersionResponse>> TrainedFromAsync(Digest scene, CancellationToken cancellationToken) =>
        (await _wire.SendAsync(Call.Get(Call.With(Root, ("scene", scene))), FleetJson.Tolerant.PageVersionResponse, cancellationToken)).Items;

    /// <summary>The newest versions of <paramref name="model"/>, at most 100.</summary>
    public async Task<IReadOnlyList<VersionResponse>> OfModelAsync(ModelName model, CancellationToken cancellationToken) =>
        (await _wire.SendAsync(Call.Get(Call.With(Root, ("model", model))), FleetJson.Tolerant.PageVersionResponse, cancellationToken)).Items;

    /// <summary>How many cameras each version is meant for and serves; versions that are neither are left out.</summary>
    public Task<IReadOnlyList<VersionUse>> UseAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Wire.Api + "/version-use"), FleetJson.Tolerant.IReadOnlyListVersionUse, cancellationToken);

    /// <summary>Precision over recall, class by class, as the version's report draws it; empty where there is no report, or none with curves.</summary>
    public Task<IReadOnlyList<VersionCurve>> CurvesAsync(VersionId version, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{version}/curves"), FleetJson.Tolerant.IReadOnlyListVersionCurve, cancellationToken);

    /// <summary>Where a version's report is read, below the server's address; it is there where the card names one.</summary>
    public static string ReportPath(VersionId version) => $"{Root}/{version}/report";

    /// <summary>One version.</summary>
    public Task<VersionResponse> GetAsync(VersionId version, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{version}"), FleetJson.Tolerant.VersionResponse, cancellationToken);
}

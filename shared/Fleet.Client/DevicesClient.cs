using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Which devices; what is left out passes all.</summary>
/// <param name="Search">Part of the id or the site, in any case.</param>
/// <param name="Labels">A label selector, such as <c>ring=canary,site!=lab</c>.</param>
/// <param name="Condition">How they are.</param>
/// <param name="Version">A camera of theirs should run this version.</param>
/// <param name="WorstFirst">What needs somebody comes first; else by id.</param>
public sealed record DeviceFilter(string? Search = null, string? Labels = null, DeviceCondition? Condition = null, VersionId? Version = null, bool WorstFirst = false);

/// <summary>Devices and their cameras.</summary>
public sealed class DevicesClient
{
    private const string Root = Wire.Api + "/devices";
    private readonly Wire _wire;

    internal DevicesClient(Wire wire) => _wire = wire;

    /// <summary>All devices.</summary>
    public IAsyncEnumerable<DeviceResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of devices.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<DeviceResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageDeviceResponse, cancellationToken);

    /// <summary>A window of the devices that pass <paramref name="filter"/>, and how many pass in all.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="skip">So many come before the window.</param>
    /// <param name="take">0 to 200 devices; 0 only counts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ProblemException"><see cref="Problems.SelectorInvalid"/>.</exception>
    public Task<DevicesFound> FindAsync(DeviceFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var path = Call.With(Wire.Api + "/device-search", ("search", filter.Search), ("labels", filter.Labels), ("condition", filter.Condition), ("version", filter.Version), ("worstFirst", filter.WorstFirst ? "true" : null), ("skip", skip), ("take", take));
        return _wire.SendAsync(Call.Get(path), FleetJson.Tolerant.DevicesFound, cancellationToken);
    }

    /// <summary>One device.</summary>
    public Task<DeviceResponse> GetAsync(DeviceId device, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{device}"), FleetJson.Tolerant.DeviceResponse, cancellationToken);

    /// <summary>What happened to a device, the newest first.</summary>
    /// <param name="device">Whose.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<Happening>> TimelineAsync(DeviceId device, string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With($"{Root}/{device}/timeline", ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageHappening, cancellationToken);

    /// <summary>Replaces all labels of a device.</summary>
    public Task SetLabelsAsync(DeviceId device, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{device}/labels", labels, FleetJson.Tolerant.IReadOnlyDictionaryStringString), cancellationToken);

    /// <summary>Gives a device a policy of its own, or replaces it.</summary>
    public Task SetPolicyAsync(DeviceId device, DevicePolicy policy, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{device}/policy", policy, FleetJson.Tolerant.DevicePolicy), cancellationToken);

    /// <summary>Takes a device's own policy away: it goes by the one for its labels, or the fleet's.</summary>
    public Task RemovePolicyAsync(DeviceId device, CancellationToken cancellationToken) => _wire.SendAsync(Call.Delete($"{Root}/{device}/policy"), cancellationToken);

    /// <summary>Shuts a device out for good.</summary>
    public Task RevokeAsync(DeviceId device, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/{device}/revoke"), cancellationToken);

    /// <summary>Pins a device: rollouts pass it by.</summary>
    public Task<DevicePin> PinAsync(DeviceId device, PinRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{device}/pin", request, FleetJson.Tolerant.PinRequest), FleetJson.Tolerant.DevicePin, cancellationToken);

    /// <summary>Takes the pin off a device: rollouts tell it again.</summary>
    public Task UnpinAsync(DeviceId device, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Root}/{device}/pin"), cancellationToken);

    /// <summary>Adds or changes a camera.</summary>
    public Task<CameraResponse> SetCameraAsync(DeviceId device, CameraId camera, CameraRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{device}/cameras/{camera}", request, FleetJson.Tolerant.CameraRequest), FleetJson.Tolerant.CameraResponse, cancellationToken);

    /// <summary>Has a camera run a released version beside its own, without acting, to compare the two.</summary>
    public Task<CameraResponse> SetShadowAsync(DeviceId device, CameraId camera, ShadowRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{device}/cameras/{camera}/shadow", request, FleetJson.Tolerant.ShadowRequest), FleetJson.Tolerant.CameraResponse, cancellationToken);

    /// <summary>Ends that.</summary>
    public Task RemoveShadowAsync(DeviceId device, CameraId camera, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Root}/{device}/cameras/{camera}/shadow"), cancellationToken);

    /// <summary>Removes a camera.</summary>
    public Task RemoveCameraAsync(DeviceId device, CameraId camera, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Root}/{device}/cameras/{camera}"), cancellationToken);

    /// <summary>Address, below the control plane's, of a camera's newest live picture (JPEG).</summary>
    public static string PicturePath(DeviceId device, CameraId camera) => $"{Root}/{device}/cameras/{camera}/picture";

    /// <summary>A camera's newest live picture.</summary>
    /// <returns>JPEG; empty when there is none yet.</returns>
    public Task<byte[]> GetPictureAsync(DeviceId device, CameraId camera, CancellationToken cancellationToken) =>
        _wire.SendForBytesAsync(Call.Get(PicturePath(device, camera)), cancellationToken);

    /// <summary>What the device said of that picture, detections included.</summary>
    /// <returns>Null when there is no picture yet.</returns>
    public Task<FrameMessage?> GetFrameAsync(DeviceId device, CameraId camera, CancellationToken cancellationToken) =>
        _wire.SendOrNothingAsync(Call.Get($"{Root}/{device}/cameras/{camera}/frame"), FleetJson.Tolerant.FrameMessage, cancellationToken);

    /// <summary>What a camera did in the last hour, as far as the control plane remembers it.</summary>
    public Task<CameraHistory> HistoryAsync(DeviceId device, CameraId camera, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{device}/cameras/{camera}/history"), FleetJson.Tolerant.CameraHistory, cancellationToken);

    /// <summary>How far cameras lie from what their versions learned from: alarms first, then the largest gap.</summary>
    public Task<IReadOnlyList<DriftResponse>> DriftAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Wire.Api + "/drift"), FleetJson.Tolerant.IReadOnlyListDriftResponse, cancellationToken);
}

using System.Text;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>What devices are told to do once.</summary>
public sealed class CommandsClient
{
    private readonly Wire _wire;

    internal CommandsClient(Wire wire) => _wire = wire;

    /// <summary>Gives a device a command; it gets it with its next directive, at once when it is connected.</summary>
    public Task<CommandResponse> GiveAsync(DeviceId device, CommandRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root(device), request, FleetJson.Tolerant.CommandRequest), FleetJson.Tolerant.CommandResponse, cancellationToken);

    /// <summary>The newest commands of a device, newest first.</summary>
    public Task<Page<CommandResponse>> ListAsync(DeviceId device, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root(device), ("limit", limit))), FleetJson.Tolerant.PageCommandResponse, cancellationToken);

    /// <summary>How far a command is.</summary>
    public Task<CommandResponse> GetAsync(DeviceId device, CommandId command, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root(device)}/{command}"), FleetJson.Tolerant.CommandResponse, cancellationToken);

    /// <summary>Address, below the control plane's, of the JPEG that a snapshot brought.</summary>
    public static string PicturePath(DeviceId device, CommandId command) => $"{Root(device)}/{command}/picture";

    /// <summary>The JPEG that a snapshot brought.</summary>
    public Task<byte[]> GetPictureAsync(DeviceId device, CommandId command, CancellationToken cancellationToken) =>
        _wire.SendForBytesAsync(Call.Get(PicturePath(device, command)), cancellationToken);

    /// <summary>The log that was asked for, oldest line first.</summary>
    public async Task<string> GetLogAsync(DeviceId device, CommandId command, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await _wire.SendForBytesAsync(Call.Get($"{Root(device)}/{command}/log"), cancellationToken).ConfigureAwait(false));

    private static string Root(DeviceId device) => $"{Wire.Api}/devices/{device}/commands";
}

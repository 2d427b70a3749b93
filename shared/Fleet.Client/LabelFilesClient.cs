using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Labels as files of other programs.</summary>
public sealed class LabelFilesClient
{
    private const string Root = Wire.Api + "/label-files";
    private readonly Wire _wire;

    internal LabelFilesClient(Wire wire) => _wire = wire;

    /// <summary>Address, below the control plane's, of the zip with all labels that pass.</summary>
    public static string Path(LabelFileFormat format, DeviceId? device, CameraId? camera, bool pictures) =>
        Call.With(Root, ("format", format), ("device", device), ("camera", camera), ("pictures", pictures ? null : "false"));

    /// <summary>What a format cannot hold, in sentences.</summary>
    public Task<List<string>> LossesAsync(LabelFileFormat format, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With($"{Root}/losses", ("format", format))), FleetJson.Tolerant.ListString, cancellationToken);

    /// <summary>Writes the zip to <paramref name="into"/>.</summary>
    public async Task ExportAsync(LabelFileFormat format, DeviceId? device, CameraId? camera, bool pictures, Stream into, CancellationToken cancellationToken)
    {
        using var answer = await _wire.OpenAsync(Call.Get(Path(format, device, camera, pictures)), cancellationToken);
        await answer.Content.CopyToAsync(into, cancellationToken);
    }

    /// <summary>Labels samples from a zip; sending it again changes nothing more.</summary>
    /// <param name="format">How it is written.</param>
    /// <param name="device">With <paramref name="camera"/>: unknown pictures become samples of it.</param>
    /// <param name="camera">See <paramref name="device"/>.</param>
    /// <param name="zip">Seekable; stays open.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<LabelImport> ImportAsync(LabelFileFormat format, DeviceId? device, CameraId? camera, Stream zip, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Post(Call.With(Root, ("format", format), ("device", device), ("camera", camera))) with { Body = () => new UploadContent(zip, progress: null), LongBody = true },
        FleetJson.Tolerant.LabelImport,
        cancellationToken);
}

using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Looks;

/// <summary>What variants found on frames, by the digests of both. All of it can be found again, so that it is never in the way: it is bounded, and a file that cannot be read is none.</summary>
internal sealed class LookStore(DataFolder data, TimeProvider time)
{
    private const int MaxVariants = 200;
    private readonly string _folder = data.Folder("looks");

    /// <returns>Null where nobody looked.</returns>
    public async Task<IReadOnlyList<Detection>?> FindAsync(Digest variant, Digest frame, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(PathOf(variant, frame));
            return await JsonSerializer.DeserializeAsync(file, FleetJson.Tolerant.ListDetection, cancellationToken);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public async Task KeepAsync(Digest variant, Digest frame, IReadOnlyList<Detection> found, CancellationToken cancellationToken)
    {
        var path = PathOf(variant, frame);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temp = $"{path}.tmp";
        await File.WriteAllBytesAsync(temp, JsonSerializer.SerializeToUtf8Bytes([.. found], FleetJson.Tolerant.ListDetection), cancellationToken);
        File.Move(temp, path, overwrite: true);
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(path)!, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Lets go of the variants that looked longest ago.</summary>
    public void Trim()
    {
        foreach (var old in new DirectoryInfo(_folder).EnumerateDirectories().OrderByDescending(d => d.LastWriteTimeUtc).Skip(MaxVariants).ToList())
        {
            old.Delete(recursive: true);
        }
    }

    private string PathOf(Digest variant, Digest frame) => Path.Combine(_folder, variant.Hex, $"{frame.Hex}.json");
}

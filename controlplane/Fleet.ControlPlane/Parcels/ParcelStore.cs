using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.Onnx.Parcels;
using Fleet.Trust;

namespace Fleet.ControlPlane.Parcels;

/// <summary>Parcels that were made, each once; the ones that nobody asks for any more go when the folder is full. All can be made again.</summary>
internal sealed class ParcelStore : IDisposable
{
    private const long MaxBytes = 1L << 30;

    /// <summary>More than that is not asked for at once unless by mischief.</summary>
    private const int MaxWaiting = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _making = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly BlobStore _blobs;
    private readonly string _folder;
    private readonly TimeProvider _time;

    public ParcelStore(BlobStore blobs, string folder, TimeProvider time)
    {
        (_blobs, _folder, _time) = (blobs, folder, time);
        DurableFile.Sweep(folder);
    }

    /// <summary>Where the parcel of <paramref name="file"/> lies, as a difference to <paramref name="from"/> where that is not null.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelNone"/>: none is smaller than the file. <see cref="Problems.ServerBusy"/>: it is being made.</exception>
    public async Task<string> FindAsync(TargetFile file, TargetFile? from, CancellationToken cancellationToken)
    {
        if (file.SizeBytes > Parcel.MaxFileBytes)
        {
            throw None(file);
        }

        var path = Path.Combine(_folder, from is null ? file.Digest.Hex : $"{file.Digest.Hex}-{from.Digest.Hex}");
        if (!File.Exists(path))
        {
            await MakeAsync(path, file, from, cancellationToken);
        }

        File.SetLastAccessTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        return new FileInfo(path).Length > 0 ? path : throw None(file);
    }

    public void Dispose() => _one.Dispose();

    private async Task MakeAsync(string path, TargetFile file, TargetFile? from, CancellationToken cancellationToken)
    {
        if (_making.Count >= MaxWaiting && !_making.ContainsKey(path))
        {
            throw new ProblemException(Problems.ServerBusy, $"{MaxWaiting} parcels are being made; ask again, or fetch the whole file.");
        }

        // whoever asks first may go away: the others wait for the same parcel
        var task = _making.GetOrAdd(path, _ => new Lazy<Task>(() => Task.Run(() => PackAsync(path, file, from), CancellationToken.None))).Value;
        try
        {
            await task.WaitAsync(Patience, _time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ProblemException(Problems.ServerBusy, "The parcel is still being made; ask again in a moment, or fetch the whole file.", e);
        }
    }

    private async Task PackAsync(string path, TargetFile file, TargetFile? from)
    {
        await _one.WaitAsync();
        try
        {
            var bytes = await File.ReadAllBytesAsync(_blobs.PathOf(file.Digest));
            var known = from is null ? [] : await File.ReadAllBytesAsync(_blobs.PathOf(from.Digest));
            var parcel = Parcel.Pack(bytes, known);

            // that there is none is worth remembering too
            DurableFile.Write(path, ParcelRules.IsWorthIt(parcel.Length, bytes.Length) ? parcel : []);
            Trim();
        }
        finally
        {
            _one.Release();
            _making.TryRemove(path, out _);
        }
    }

    private void Trim()
    {
        var files = new DirectoryInfo(_folder).EnumerateFiles().OrderBy(f => f.LastAccessTimeUtc).ToList();
        var bytes = files.Sum(f => f.Length);
        foreach (var file in files.TakeWhile(_ => bytes > MaxBytes).ToList())
        {
            bytes -= file.Length;
            file.Delete();
        }
    }

    private static ProblemException None(TargetFile file) =>
        new(Problems.ParcelNone, $"No parcel of {file.Path} is smaller than the file. Fetch the whole file.");
}

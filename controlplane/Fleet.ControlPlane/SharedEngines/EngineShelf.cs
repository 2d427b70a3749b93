using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.Trust;

namespace Fleet.ControlPlane.SharedEngines;

/// <summary>An engine that is there.</summary>
/// <param name="Statement">What its builder says.</param>
/// <param name="Seal">The same as it travels.</param>
/// <param name="Path">Of its file.</param>
internal sealed record ShelvedEngine(EngineStatement Statement, string Seal, string Path);

/// <summary>Engines that devices offered: a seal for each key, the files by their digests. What nobody asked for longest goes when there is no room; all can be built again.</summary>
internal sealed class EngineShelf : IDisposable
{
    /// <summary>A device that offers more loses its oldest.</summary>
    public const int MaxOfDevice = 64;

    private const long MaxBytes = 8L << 30;
    private readonly BlobStore _files;
    private readonly string _seals;
    private readonly DeviceCa _ca;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);

    public EngineShelf(string folder, DeviceCa ca, TimeProvider time)
    {
        (_files, _seals, _ca, _time) = (new BlobStore(folder), Directory.CreateDirectory(Path.Combine(folder, "seals")).FullName, ca, time);
        DurableFile.Sweep(_seals);
    }

    /// <summary>The engine under <paramref name="key"/>; null where there is none.</summary>
    public ShelvedEngine? Find(Digest key)
    {
        var path = SealOf(key);
        if (!File.Exists(path) || Read(path) is not { } engine || !File.Exists(engine.Path))
        {
            return null;
        }

        // not the time of access: reading a seal would move it
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        return engine;
    }

    /// <summary>Stores an engine whose seal was checked; another under the same key gives way.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.BlobDigest"/> and others; nothing is stored.</exception>
    public async Task PutAsync(EngineStatement statement, string seal, Stream content, CancellationToken cancellationToken)
    {
        await _files.PutAsync(statement.File, content, statement.SizeBytes, cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            var before = Find(statement.Key)?.Path;
            DurableFile.Write(SealOf(statement.Key), Encoding.ASCII.GetBytes(seal));
            Trim(statement.Device, before);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Checks a seal against the fleet's CA.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineSeal"/>.</exception>
    public EngineStatement Open(string seal) => EngineSeal.Open(seal, _ca.CertificatePem, _time);

    public void Dispose() => _one.Dispose();

    private string SealOf(Digest key) => Path.Combine(_seals, key.Hex);

    private ShelvedEngine? Read(string path)
    {
        try
        {
            var seal = File.ReadAllText(path);
            var statement = Open(seal);
            return new(statement, seal, _files.PathOf(statement.File));
        }
        catch (ProblemException)
        {
            // a seal that does not hold any more is as good as none
            return null;
        }
    }

    /// <summary>Keeps what was asked for last, within the limits; files of which no seal speaks any more go with it.</summary>
    private void Trim(DeviceId device, string? replaced)
    {
        var (kept, gone) = (new HashSet<string>(), new HashSet<string>());
        if (replaced is not null)
        {
            gone.Add(replaced);
        }

        var (bytes, ofDevice) = (0L, 0);
        foreach (var seal in new DirectoryInfo(_seals).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc).ToList())
        {
            var engine = Read(seal.FullName);
            bytes += engine?.Statement.SizeBytes ?? 0;
            ofDevice += engine?.Statement.Device == device ? 1 : 0;
            if (engine is not null && bytes <= MaxBytes && (engine.Statement.Device != device || ofDevice <= MaxOfDevice))
            {
                kept.Add(engine.Path);
                continue;
            }

            seal.Delete();
            if (engine is not null)
            {
                gone.Add(engine.Path);
            }
        }

        foreach (var file in gone.Except(kept))
        {
            File.Delete(file);
        }
    }
}

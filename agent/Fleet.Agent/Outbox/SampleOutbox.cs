using System.Text.Json;
using Fleet.Agent.State;
using Fleet.Agent.Triggers;
using Fleet.Contracts;

namespace Fleet.Agent.Outbox;

/// <summary>A sample that waits: what is known of the frame, and its JPEG.</summary>
internal sealed record WaitingSample(FrameMessage Frame, byte[] Jpeg)
{
    /// <summary>The same picture, kept.</summary>
    public WaitingSample With(Keep keep) => this with
    {
        Frame = Frame with { Trigger = keep.Trigger, Score = keep.Score, InclusionProbability = keep.InclusionProbability, Reasons = keep.Reasons, Seed = keep.Seed },
    };
}

/// <summary>Samples on disk until the server has them. A sample is there from the moment its <c>.json</c> is; the JPEG is written before.</summary>
internal sealed partial class SampleOutbox : IDisposable
{
    private const int RememberedHours = 25;
    private readonly string _folder;
    private readonly ILogger<SampleOutbox> _log;
    private readonly Lock _gate = new();
    private readonly OutboxIndex _index;
    private long _bytes;
    private long _count;
    private (long Count, long Bytes) _sent;

    public SampleOutbox(AgentPaths paths, ILogger<SampleOutbox> log)
    {
        (_folder, _log) = (paths.Outbox, log);
        DurableFile.MakeFolder(_folder);
        DurableFile.Sweep(_folder);
        var path = Path.Combine(_folder, "index.db");
        _index = OutboxIndex.Open(path, out var damage);
        try
        {
            Settle();
        }
        catch (Exception e) when (OutboxIndex.IsDamage(e))
        {
            // a page that was torn may lie where only a change comes by
            (damage, _bytes, _count) = (e.Message, 0, 0);
            _index = _index.Anew(path);
            Settle();
        }

        if (damage is not null)
        {
            Rebuilding(log, damage);
        }
    }

    /// <summary>Raised when a sample was added.</summary>
    public event Action? Added;

    /// <summary>Samples given up because the byte budget was used, since the agent started.</summary>
    public long Dropped { get; private set; }

    /// <summary>Samples that the server has acknowledged since the agent started.</summary>
    public (long Count, long Bytes) SentSoFar
    {
        get
        {
            lock (_gate)
            {
                return _sent;
            }
        }
    }

    public (long Count, long Bytes) Size
    {
        get
        {
            lock (_gate)
            {
                return (_count, _bytes);
            }
        }
    }

    /// <summary>Keeps a sample; what is worth least goes when <paramref name="budgetBytes"/> would be exceeded, which may be this one.</summary>
    /// <returns>False when it is not kept.</returns>
    public bool Add(WaitingSample sample, long budgetBytes)
    {
        var meta = JsonSerializer.SerializeToUtf8Bytes(sample.Frame, FleetJson.Strict.FrameMessage);
        var entry = new OutboxEntry(sample.Frame.Digest, sample.Frame.Score, sample.Jpeg.LongLength + meta.Length, Refused: false);
        lock (_gate)
        {
            if (_index.Find(entry.Digest) is not null)
            {
                return true;
            }

            if (!MakeRoom_NeedsLock(entry, budgetBytes) || !Write_NeedsLock(entry, sample.Jpeg, meta))
            {
                return false;
            }

            Put_NeedsLock(entry);
        }

        Added?.Invoke();
        return true;
    }

    /// <summary>The sample to send next; null when none waits.</summary>
    public WaitingSample? Next()
    {
        lock (_gate)
        {
            while (_index.Best() is { } best)
            {
                if (Read(best.Digest) is { } sample)
                {
                    return sample;
                }

                Remove_NeedsLock(best);
            }
        }

        return null;
    }

    /// <summary>The server has it.</summary>
    public void Sent(Digest digest)
    {
        lock (_gate)
        {
            if (_index.Find(digest) is { } entry)
            {
                Remove_NeedsLock(entry);
                _sent = (_sent.Count + 1, _sent.Bytes + entry.SizeBytes);
            }
        }
    }

    /// <summary>Notes what a camera kept in a clock hour. A lost index forgets it: the budgets begin anew.</summary>
    public void Spend(long hour, CameraId camera, long bytes)
    {
        lock (_gate)
        {
            _index.Spend(hour, camera.ToString(), bytes, hour - RememberedHours);
        }
    }

    /// <summary>Bytes kept since the beginning of a clock hour, by one camera or by all.</summary>
    public long Spent(long fromHour, CameraId? camera = null)
    {
        lock (_gate)
        {
            return _index.Spent().Where(s => s.Hour >= fromHour && (camera is null || s.Camera == camera.ToString())).Sum(s => s.Bytes);
        }
    }

    /// <summary>The server will not take it now: the others go first, and it is the first to go when space is short.</summary>
    public void Refused(Digest digest)
    {
        lock (_gate)
        {
            if (_index.Find(digest) is { } entry)
            {
                _index.Put(entry with { Refused = true, Value = 0 });
            }
        }
    }

    /// <summary>Only samples that the server refused wait.</summary>
    public bool OnlyRefused()
    {
        lock (_gate)
        {
            return _index.Best() is null or { Refused: true };
        }
    }

    public void Dispose() => _index.Dispose();

    private string Jpeg(Digest digest) => Path.Combine(_folder, digest.Hex + ".jpg");

    private string Meta(Digest digest) => Path.Combine(_folder, digest.Hex + ".json");

    private WaitingSample? Read(Digest digest)
    {
        if (!File.Exists(Meta(digest)) || !File.Exists(Jpeg(digest)))
        {
            return null;
        }

        var jpeg = File.ReadAllBytes(Jpeg(digest));
        return Digest.Of(jpeg) == digest && ReadMeta(Meta(digest)) is { } frame ? new WaitingSample(frame, jpeg) : null;
    }

    private static FrameMessage? ReadMeta(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), FleetJson.Tolerant.FrameMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool MakeRoom_NeedsLock(OutboxEntry entry, long budgetBytes)
    {
        // none goes for one that would find no room all the same
        if (_index.Lesser(entry.Value, _bytes + entry.SizeBytes - budgetBytes) is not { } lesser)
        {
            Dropped++;
            return false;
        }

        foreach (var given in lesser)
        {
            Remove_NeedsLock(given);
            Dropped++;
        }

        return true;
    }

    /// <summary>What a full disk has no room for is given up, and leaves nothing behind.</summary>
    private bool Write_NeedsLock(OutboxEntry entry, byte[] jpeg, byte[] meta)
    {
        try
        {
            DurableFile.Write(Jpeg(entry.Digest), jpeg);
            DurableFile.Write(Meta(entry.Digest), meta);
            return true;
        }
        catch (IOException e) when (DiskRoom.IsMissing(e))
        {
            DurableFile.Delete(Jpeg(entry.Digest));
            Dropped++;
            return false;
        }
    }

    private void Put_NeedsLock(OutboxEntry entry)
    {
        _index.Put(entry);
        _bytes += entry.SizeBytes;
        _count++;
    }

    private void Remove_NeedsLock(OutboxEntry entry)
    {
        DurableFile.Delete(Meta(entry.Digest));
        DurableFile.Delete(Jpeg(entry.Digest));
        _index.Remove(entry.Digest);
        _bytes -= entry.SizeBytes;
        _count--;
    }

    /// <summary>Makes the index say what the files say.</summary>
    private void Settle()
    {
        var known = _index.All().ToDictionary(e => e.Digest);
        foreach (var meta in Directory.EnumerateFiles(_folder, "*.json"))
        {
            if (!Digest.TryParse("sha256:" + Path.GetFileNameWithoutExtension(meta), null, out var digest))
            {
                continue;
            }

            if ((!known.Remove(digest, out var entry) || entry.Refused) && Read(digest) is { Frame: var frame, Jpeg: var jpeg })
            {
                entry = new OutboxEntry(digest, frame.Score, jpeg.LongLength + new FileInfo(meta).Length, Refused: false);
            }

            if (entry is not null)
            {
                Put_NeedsLock(entry);
            }
        }

        foreach (var gone in known.Keys)
        {
            _index.Remove(gone);
        }

        foreach (var jpeg in Directory.EnumerateFiles(_folder, "*.jpg").Where(j => !File.Exists(Path.ChangeExtension(j, ".json"))))
        {
            File.Delete(jpeg);
        }
    }

    [LoggerMessage(1200, LogLevel.Warning, "The outbox index could not be read and is made anew from the files: {Reason}")]
    private static partial void Rebuilding(ILogger log, string reason);
}

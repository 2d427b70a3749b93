using Fleet.Contracts;
using LiteDB;

namespace Fleet.Agent.Outbox;

/// <summary>What the index knows of a sample.</summary>
/// <param name="Digest">Its identity.</param>
/// <param name="Value">What it is worth, 0 to 1.</param>
/// <param name="SizeBytes">Disk its files take.</param>
/// <param name="Refused">The server refused it since the index was opened: it waits until the others are sent.</param>
internal sealed record OutboxEntry(Digest Digest, double Value, long SizeBytes, bool Refused);

/// <summary>LiteDB over the payload files. Its owner holds the one lock: concurrent writers would damage the file.</summary>
internal sealed class OutboxIndex : IDisposable
{
    private const string Collection = "samples";
    private const string SpentCollection = "spent";
    private readonly LiteDatabase _database;
    private readonly ILiteCollection<BsonDocument> _samples;
    private readonly ILiteCollection<BsonDocument> _spent;

    private OutboxIndex(LiteDatabase database)
    {
        _database = database;
        _samples = database.GetCollection(Collection);
        _spent = database.GetCollection(SpentCollection);
        _samples.EnsureIndex("value", BsonExpression.Create("$.value"));
    }

    /// <summary>Opens the index; one that cannot be read is thrown away, because the files say it all.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="damage">Why the index that was there could not be used; null when it could.</param>
    public static OutboxIndex Open(string path, out string? damage)
    {
        damage = null;
        try
        {
            return OpenWhole(path);
        }
        catch (Exception e) when (IsDamage(e))
        {
            damage = e.Message;
            Delete(path);
            return OpenWhole(path);
        }
    }

    /// <summary>Whether a call failed as it does on a damaged file: the library trusts what it reads.</summary>
    public static bool IsDamage(Exception e) =>
        e is LiteException or IOException or InvalidCastException or ArgumentException or NullReferenceException or IndexOutOfRangeException or InvalidOperationException or OverflowException or KeyNotFoundException;

    /// <summary>Throws this index away, whatever is wrong with it.</summary>
    /// <returns>An empty one.</returns>
    public OutboxIndex Anew(string path)
    {
        try
        {
            Dispose();
        }
        catch (Exception e) when (IsDamage(e))
        {
            // what it could not write is not wanted any more
        }

        Delete(path);
        return OpenWhole(path);
    }

    public IReadOnlyList<OutboxEntry> All() => [.. _samples.FindAll().Select(Read)];

    /// <summary>Samples worth less than <paramref name="value"/> that hold <paramref name="bytes"/> together, the least first; null where all of those hold fewer.</summary>
    public IReadOnlyList<OutboxEntry>? Lesser(double value, long bytes)
    {
        var found = new List<OutboxEntry>();
        using var worst = _samples.Query().Where("$.value < @0", value).OrderBy("$.value").ToEnumerable().GetEnumerator();
        for (; bytes > 0; bytes -= found[^1].SizeBytes)
        {
            if (!worst.MoveNext())
            {
                return null;
            }

            found.Add(Read(worst.Current));
        }

        return found;
    }

    /// <summary>The sample to send next: the most valuable; a refused one is worth 0.</summary>
    public OutboxEntry? Best() => _samples.Query().OrderByDescending("$.value").Limit(1).ToList() is [var best] ? Read(best) : null;

    public OutboxEntry? Find(Digest digest) => _samples.FindById(digest.Hex) is { } found ? Read(found) : null;

    public void Put(OutboxEntry entry) => _samples.Upsert(new BsonDocument
    {
        ["_id"] = entry.Digest.Hex,
        ["value"] = entry.Value,
        ["size"] = entry.SizeBytes,
        ["refused"] = entry.Refused,
    });

    public void Remove(Digest digest) => _samples.Delete(digest.Hex);

    /// <summary>Notes bytes that a camera kept in a clock hour; hours before <paramref name="oldestHour"/> are forgotten.</summary>
    public void Spend(long hour, string camera, long bytes, long oldestHour)
    {
        _spent.DeleteMany(BsonExpression.Create("$.hour < @0", oldestHour));
        var id = $"{hour}/{camera}";
        var before = _spent.FindById(id)?["bytes"].AsInt64 ?? 0;
        _spent.Upsert(new BsonDocument { ["_id"] = id, ["hour"] = hour, ["camera"] = camera, ["bytes"] = before + bytes });
    }

    /// <summary>Bytes kept from a clock hour on.</summary>
    public IReadOnlyList<(long Hour, string Camera, long Bytes)> Spent() =>
        [.. _spent.FindAll().Select(s => (s["hour"].AsInt64, s["camera"].AsString, s["bytes"].AsInt64))];

    public void Dispose() => _database.Dispose();

    private static OutboxIndex OpenWhole(string path)
    {
        var database = new LiteDatabase(new ConnectionString { Filename = path, Connection = ConnectionType.Direct });
        try
        {
            var index = new OutboxIndex(database);
            _ = index.All();
            return index;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(Path.ChangeExtension(path, null) + "-log" + Path.GetExtension(path));
    }

    private static OutboxEntry Read(BsonDocument document) => new(
        Digest.FromHex(document["_id"].AsString), document["value"].AsDouble, document["size"].AsInt64, document["refused"].AsBoolean);
}

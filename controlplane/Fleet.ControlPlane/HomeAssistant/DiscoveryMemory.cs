using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.Trust;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>An entity that Home Assistant was told of.</summary>
/// <param name="Platform">What takes it away.</param>
/// <param name="GoneAt">Since when it is no more; null while it is there.</param>
internal sealed record AnnouncedPart(string Platform, DateTimeOffset? GoneAt = null);

/// <summary>A device that Home Assistant was told of.</summary>
/// <param name="Parts">Its entities by their keys.</param>
/// <param name="GoneAt">Since when it is no more; null while it is there.</param>
internal sealed record AnnouncedDevice(Dictionary<string, AnnouncedPart> Parts, DateTimeOffset? GoneAt = null);

/// <summary>What Home Assistant was told of, across restarts: only who is told that something is gone lets it go.</summary>
internal sealed class DiscoveryMemory
{
    /// <summary>Who subscribes later than this after something went was told of it another way, or keeps it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Dictionary<DeviceId, AnnouncedDevice> _all;
    private bool _changed;

    public DiscoveryMemory(DataFolder data, TimeProvider time)
    {
        (_file, _time) = (data.File("discovery.json"), time);
        _all = Read(_file);
        foreach (var device in _all.Where(d => IsOver(d.Value.GoneAt)).Select(d => d.Key).ToList())
        {
            _changed |= _all.Remove(device);
        }
    }

    public IReadOnlyCollection<DeviceId> Devices => _all.Keys;

    public bool Knows(DeviceId device) => _all.ContainsKey(device);

    /// <summary>Platforms of the entities that a device's next message has to name, by their keys: those that are there, and those that went not long ago.</summary>
    public IReadOnlyDictionary<string, string> Platforms(DeviceId device) => _all.TryGetValue(device, out var told)
        ? told.Parts.Where(p => !IsOver(p.Value.GoneAt)).ToDictionary(p => p.Key, p => p.Value.Platform, StringComparer.Ordinal)
        : new Dictionary<string, string>();

    /// <param name="device">Which is told of.</param>
    /// <param name="named">Platforms of all entities that its message names.</param>
    /// <param name="there">Keys of those that are there; the others are gone.</param>
    public void Tell(DeviceId device, IReadOnlyDictionary<string, string> named, IReadOnlySet<string> there)
    {
        var before = _all.GetValueOrDefault(device)?.Parts ?? [];
        _all[device] = new AnnouncedDevice(named.ToDictionary(p => p.Key, p => new AnnouncedPart(p.Value, there.Contains(p.Key) ? null : before.GetValueOrDefault(p.Key)?.GoneAt ?? _time.GetUtcNow())));
        _changed = true;
    }

    public void Retire(DeviceId device)
    {
        _all[device] = new AnnouncedDevice([], _all.GetValueOrDefault(device)?.GoneAt ?? _time.GetUtcNow());
        _changed = true;
    }

    /// <summary>Writes what changed since; power may fail at any moment.</summary>
    public void Keep()
    {
        if (_changed)
        {
            DurableFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(_all.ToDictionary(d => d.Key.ToString(), d => d.Value), DiscoveryJson.Default.DictionaryStringAnnouncedDevice));
            _changed = false;
        }
    }

    private bool IsOver(DateTimeOffset? goneAt) => goneAt is { } at && _time.GetUtcNow() - at > Kept;

    private static Dictionary<DeviceId, AnnouncedDevice> Read(string file)
    {
        try
        {
            var read = File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), DiscoveryJson.Default.DictionaryStringAnnouncedDevice) : null;
            return (read ?? []).ToDictionary(d => DeviceId.Parse(d.Key), d => d.Value);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // what is there is told anew; only what went meanwhile is lost with the file
            return [];
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Dictionary<string, AnnouncedDevice>))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;

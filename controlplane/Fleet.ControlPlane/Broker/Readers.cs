using System.Buffers;
using System.Collections.Concurrent;
using Fleet.Contracts;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>Programs that read what devices say. Stock dispatch is not used for them either: with nobody here a message costs nothing.</summary>
internal sealed class Readers(IServiceProvider services, TopicTree topics, TimeProvider time)
{
    public const int Max = 64;

    // half of what the broker keeps for a client: what devices say meanwhile has room beside it
    private const int MaxPending = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Reader> _readers = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Reader> All => [.. _readers.Values];

    public Reader? Find(string client) => _readers.GetValueOrDefault(client);

    /// <summary>Whether there is room for one more, and its client id is nobody else's.</summary>
    public bool Admits(Reader reader) =>
        _readers.TryGetValue(reader.Client, out var there) ? there.KeyId == reader.KeyId : _readers.Count < Max;

    public void Put(Reader reader) => _readers[reader.Client] = reader;

    public void Subscribe(string client, string filter, MqttQualityOfServiceLevel quality) => Change(client, r => r with { Filters = r.Filters.SetItem(filter, quality) });

    public void Unsubscribe(string client, string filter) => Change(client, r => r with { Filters = r.Filters.Remove(filter) });

    /// <summary>Unless another connection of the same name came in between.</summary>
    public void Leave(Reader reader)
    {
        if (_readers.TryGetValue(reader.Client, out var there) && there.Since == reader.Since)
        {
            _readers.TryRemove(new KeyValuePair<string, Reader>(reader.Client, there));
        }
    }

    public async Task EndAsync(Reader reader)
    {
        try
        {
            await services.GetRequiredService<MqttServer>().DisconnectClientAsync(reader.Client, MqttDisconnectReasonCode.NotAuthorized);
        }
        catch (InvalidOperationException)
        {
            // it left in between
        }
    }

    /// <summary>Hands a message to everyone who subscribed to it.</summary>
    public void Deliver(string topic, ReadOnlySequence<byte> payload, List<MqttUserProperty>? properties = null)
    {
        byte[]? copy = null;
        foreach (var (_, reader) in _readers)
        {
            if (reader.Session is { } session && reader.Wants(topic) is { } quality)
            {
                session.TryEnqueueApplicationMessage(Message(topic, copy ??= payload.ToArray(), quality, retained: false, properties), out _);
            }
        }
    }

    /// <summary>Sends what is retained below a new subscription, no faster than its connection takes it.</summary>
    public async Task CatchUpAsync(Reader reader, string filter, MqttQualityOfServiceLevel quality)
    {
        var until = time.GetUtcNow() + Patience;
        foreach (var entry in topics.Retained(filter))
        {
            while (reader.Session?.PendingApplicationMessagesCount > MaxPending && time.GetUtcNow() < until)
            {
                await Task.Delay(Pause, time, CancellationToken.None);
            }

            if (entry.Payload() is { } payload)
            {
                var level = quality > MqttQualityOfServiceLevel.AtLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : quality;
                reader.Session?.TryEnqueueApplicationMessage(Message(entry.Topic, payload, level, retained: true, properties: null), out _);
            }
        }
    }

    private static MqttApplicationMessage Message(string topic, byte[] payload, MqttQualityOfServiceLevel quality, bool retained, List<MqttUserProperty>? properties) => new()
    {
        Topic = topic,
        PayloadSegment = payload,
        QualityOfServiceLevel = quality,
        Retain = retained,
        ContentType = "application/json",
        UserProperties = properties,
    };

    private void Change(string client, Func<Reader, Reader> change)
    {
        while (_readers.TryGetValue(client, out var reader) && !_readers.TryUpdate(client, change(reader), reader))
        {
        }
    }
}

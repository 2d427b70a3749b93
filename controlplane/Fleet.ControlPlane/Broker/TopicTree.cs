using System.Buffers;
using System.Collections.Concurrent;
using Fleet.Contracts;
using MQTTnet;

namespace Fleet.ControlPlane.Broker;

/// <summary>The last message of every topic that programs can read. In memory and bounded: when it is full, the topics that were silent longest go.</summary>
internal sealed class TopicTree(TimeProvider time)
{
    public const int MaxTopics = 50_000;
    public const long MaxBytes = 128L << 20;
    private const int ShareThatGoes = 8;
    private readonly ConcurrentDictionary<string, TopicEntry> _topics = new(StringComparer.Ordinal);
    private readonly Lock _shrinking = new();
    private long _bytes;

    public void Hear(string topic, ReadOnlySequence<byte> payload, bool retained)
    {
        var entry = _topics.GetOrAdd(topic, t => new TopicEntry(t));
        var bytes = Interlocked.Add(ref _bytes, entry.Hear(payload, retained, time.GetUtcNow()));
        if (bytes > MaxBytes || _topics.Count > MaxTopics)
        {
            Shrink();
        }
    }

    public void Forget(string topic)
    {
        if (_topics.TryRemove(topic, out var entry))
        {
            Interlocked.Add(ref _bytes, -entry.BufferBytes);
        }
    }

    public TopicEntry? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>Retained topics that a filter names.</summary>
    public IReadOnlyList<TopicEntry> Retained(string filter)
    {
        var now = time.GetUtcNow();
        return [.. _topics.Values.Where(t => MqttTopicFilterComparer.Compare(t.Topic, filter) == MqttTopicFilterCompareResult.IsMatch && t.Figures(now).Retained)];
    }

    /// <summary>The level below <paramref name="under"/>, by name; the root is empty. Only topics that contain <paramref name="find"/> count.</summary>
    public IReadOnlyList<TopicNode> Below(string under, string? find)
    {
        var (now, start) = (time.GetUtcNow(), under.Length == 0 ? 0 : under.Length + 1);
        var nodes = new SortedDictionary<string, TopicNode>(StringComparer.Ordinal);
        foreach (var entry in _topics.Values.Where(t => IsBelow(t.Topic, under) && (find is null || t.Topic.Contains(find, StringComparison.OrdinalIgnoreCase))))
        {
            var end = entry.Topic.IndexOf('/', start);
            var name = end < 0 ? entry.Topic[start..] : entry.Topic[start..end];
            var (messages, lastMinute, at, _, _) = entry.Figures(now);
            var node = nodes.GetValueOrDefault(name) ?? new TopicNode(entry.Topic[..(start + name.Length)], name, HasMessage: false, 0, 0, 0, at);
            nodes[name] = node with
            {
                HasMessage = node.HasMessage || end < 0,
                Topics = node.Topics + 1,
                Messages = node.Messages + messages,
                LastMinute = node.LastMinute + lastMinute,
                LastAt = node.LastAt > at ? node.LastAt : at,
            };
        }

        return [.. nodes.Values];
    }

    private static bool IsBelow(string topic, string under) =>
        under.Length == 0 || (topic.Length > under.Length && topic[under.Length] == '/' && topic.StartsWith(under, StringComparison.Ordinal));

    private void Shrink()
    {
        lock (_shrinking)
        {
            if (Volatile.Read(ref _bytes) <= MaxBytes && _topics.Count <= MaxTopics)
            {
                return;
            }

            foreach (var entry in _topics.Values.OrderBy(t => t.AtTicks).Take((_topics.Count / ShareThatGoes) + 1))
            {
                Forget(entry.Topic);
            }
        }
    }
}

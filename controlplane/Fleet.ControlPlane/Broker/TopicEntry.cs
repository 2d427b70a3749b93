using System.Buffers;

namespace Fleet.ControlPlane.Broker;

/// <summary>What is known of one topic: its last message, and how often one comes. It uses its buffer again, so that a message costs no garbage.</summary>
internal sealed class TopicEntry(string topic)
{
    /// <summary>A larger message is counted and not kept.</summary>
    public const int MaxKeptBytes = 64 << 10;

    private const int Slots = 12;
    private const int SmallestBuffer = 256;
    private static readonly long SlotTicks = TimeSpan.FromMinutes(1).Ticks / Slots;
    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[Slots];
    private byte[] _payload = [];
    private int _sizeBytes;
    private bool _retained;
    private long _messages;
    private long _slot;
    private long _atTicks;

    public string Topic => topic;

    public long AtTicks => Volatile.Read(ref _atTicks);

    public int BufferBytes
    {
        get
        {
            lock (_lock)
            {
                return _payload.Length;
            }
        }
    }

    /// <returns>By how many bytes it grew.</returns>
    public int Hear(ReadOnlySequence<byte> payload, bool retained, DateTimeOffset now)
    {
        lock (_lock)
        {
            Turn_NeedsLock(now);
            _counts[_slot % Slots]++;
            _messages++;
            _retained = retained;
            _sizeBytes = (int)payload.Length;
            Volatile.Write(ref _atTicks, now.UtcTicks);
            if (_sizeBytes > MaxKeptBytes)
            {
                return 0;
            }

            var grown = Grow_NeedsLock(_sizeBytes);
            payload.CopyTo(_payload);
            return grown;
        }
    }

    public TopicFigures Figures(DateTimeOffset now)
    {
        lock (_lock)
        {
            Turn_NeedsLock(now);
            return new TopicFigures(_messages, _counts.Sum(), new DateTimeOffset(_atTicks, TimeSpan.Zero), _sizeBytes, _retained);
        }
    }

    /// <summary>A copy of the last message; null where it was too large.</summary>
    public byte[]? Payload()
    {
        lock (_lock)
        {
            return _sizeBytes > MaxKeptBytes ? null : _payload[.._sizeBytes];
        }
    }

    private int Grow_NeedsLock(int sizeBytes)
    {
        if (_payload.Length >= sizeBytes)
        {
            return 0;
        }

        var before = _payload.Length;
        _payload = new byte[Math.Max(SmallestBuffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)sizeBytes))];
        return _payload.Length - before;
    }

    /// <summary>Empties the parts of the minute that are over.</summary>
    private void Turn_NeedsLock(DateTimeOffset now)
    {
        var slot = now.UtcTicks / SlotTicks;
        for (var over = Math.Max(_slot + 1, slot - Slots + 1); over <= slot; over++)
        {
            _counts[over % Slots] = 0;
        }

        _slot = Math.Max(_slot, slot);
    }
}

internal sealed record TopicFigures(long Messages, int LastMinute, DateTimeOffset At, int SizeBytes, bool Retained);

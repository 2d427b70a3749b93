using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Fleet.Agent.Outbox;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Triggers;

/// <summary>Why a frame goes to the outbox.</summary>
internal sealed record Keep(string Trigger, double Score, double InclusionProbability, IReadOnlyList<SampleReason> Reasons, long Seed);

/// <summary>Judges the frames of a camera and lets the best of each pool go. The same frames, policy and seed give the same choice. One thread judges, another takes what is chosen.</summary>
internal sealed class SampleTriggers(DeviceId device, CameraId camera, TimeProvider time)
{
    /// <summary>Chance's frames are worth this on the way home: more than one with a doubtful box, less than one with several reasons.</summary>
    private const double RandomValue = 0.6;

    /// <summary>The first pool is no longer than this; each next one is twice as long, up to the policy's length.</summary>
    private static readonly TimeSpan FirstPool = TimeSpan.FromSeconds(15);

    /// <summary>No picture is farther from another.</summary>
    private const double Farthest = 2;

    /// <summary>Two ids of 64 characters, three strokes and two numbers.</summary>
    private const int MaxNameBytes = 200;

    private readonly Lock _gate = new();
    private readonly sbyte[] _embedding = new sbyte[FrameEmbedding.Length];
    private readonly CountHabit _habit = new();
    private readonly SamplePool _pool = new();
    private readonly PoolTokens _tokens = new(time);
    private readonly Dictionary<string, long> _dropped = [];
    private long _openedAt = time.GetTimestamp();
    private TimeSpan _length = FirstPool;
    private double _draw;
    private bool _isByChance;
    private (bool ByChance, bool ByTrigger, double Value) _wanted;

    public CameraId Camera => camera;

    /// <summary>Told what is known of each frame that may be kept, again where the next frame taught more of it.</summary>
    public Action<FrameFacts>? Judged { get; init; }

    /// <summary>Pictures that were kept.</summary>
    public EmbeddingMemory Memory { get; } = new();

    /// <summary>Chosen frames that were given up, by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, long>(_dropped);
            }
        }
    }

    /// <summary>A frame came, whether or not it will be looked at.</summary>
    /// <returns>Whether chance may take it, so that it must be looked at.</returns>
    public bool Arrive(long frame, DevicePolicy policy)
    {
        lock (_gate)
        {
            var left = _length - time.GetElapsedTime(_openedAt);
            var (randoms, picks) = policy.SamplesPerHour > 0 ? _tokens.Expected(policy, left > TimeSpan.Zero ? left : TimeSpan.Zero) : (0, 0);
            _pool.Expect(randoms, picks);
            _tokens.Arrive(policy);
            _draw = Draw(device, camera, frame, policy.Gather.Seed);
            return _isByChance = _pool.Arrive(_draw);
        }
    }

    /// <summary>What is known of the frame that came last, once it was looked at.</summary>
    public FrameFacts Look(Frame frame, ReadOnlySpan<sbyte> embedding, IReadOnlyList<Detection> found, IReadOnlyList<Detection> doubtful, DevicePolicy policy)
    {
        if (policy.SamplesPerHour == 0)
        {
            return default;
        }

        var (inBand, closest) = InBand(found, doubtful, policy);
        lock (_gate)
        {
            var distance = _pool.Nearest(embedding, Memory.Nearest(embedding, Farthest));
            var usual = _habit.Mean;
            return new FrameFacts(frame.Index, _draw, inBand, closest, Flickers: 0, distance, found.Count, usual, _habit.Look(found.Count));
        }
    }

    /// <summary>Whether the pool takes a frame; where it does, <see cref="Add"/> follows.</summary>
    public bool Wants(FrameFacts facts, ReadOnlySpan<sbyte> embedding, DevicePolicy policy)
    {
        Judged?.Invoke(facts);
        lock (_gate)
        {
            var value = policy.SamplesPerHour > 0 ? TriggerRules.Value(facts, policy.Gather) : 0;
            var byChance = _isByChance && facts.Flickers == 0;
            _wanted = (byChance, ByTrigger: false, value);
            if (!byChance && value <= 0)
            {
                return false;
            }

            embedding.CopyTo(_embedding);
            if (value > 0 && _pool.Refuses(value, embedding) is { } reason)
            {
                Drop(reason);
            }
            else
            {
                _wanted.ByTrigger = value > 0;
            }

            return _wanted.ByChance || _wanted.ByTrigger;
        }
    }

    /// <summary>Puts the frame that <see cref="Wants"/> was asked about last into the pool.</summary>
    public void Add(FrameFacts facts, WaitingSample sample)
    {
        lock (_gate)
        {
            var pooled = new PoolFrame(facts.Frame, facts.Draw, _wanted.Value, ClassOf(sample.Frame.Detections), sample.Jpeg.LongLength, facts.Distance, [.. _embedding]);
            var candidate = new Candidate(pooled, facts, sample);
            if (_wanted.ByChance)
            {
                _pool.AddByChance(candidate);
            }

            if (_wanted.ByTrigger)
            {
                _pool.AddByTrigger(candidate, Drop);
            }
        }
    }

    /// <summary>What the pool lets go when it is at its end; null while it is open or has nothing.</summary>
    /// <param name="limitBytes">What all of it may cost.</param>
    /// <param name="policy">Limits.</param>
    /// <param name="isLast">The agent stops: the end has come.</param>
    public PoolEnd? End(long limitBytes, DevicePolicy policy, bool isLast = false)
    {
        lock (_gate)
        {
            var (randoms, picks) = _tokens.Ready(policy);
            var isOver = isLast || (time.GetElapsedTime(_openedAt) >= Shorter(_length, policy) && randoms + picks > 0);
            if (!isOver)
            {
                return null;
            }

            var end = _pool.IsEmpty ? null : Choose(new PoolState(
                _pool.Seen, Frames(_pool.ByChance), Frames(_pool.ByTrigger), randoms, picks, policy.RandomShare, limitBytes, policy.Gather.ClassShare), policy);
            _pool.Clear();
            (_openedAt, _length) = (time.GetTimestamp(), Shorter(2 * _length, policy));
            return end;
        }
    }

    /// <summary>Deterministic by device, camera, seed and frame, and spread evenly over 0 to 1.</summary>
    internal static double Draw(DeviceId device, CameraId camera, long frame, long seed)
    {
        Span<byte> text = stackalloc byte[MaxNameBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{device}/{camera}/{seed}/{frame}", out var length);
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) / (double)ulong.MaxValue;
    }

    private static TimeSpan Shorter(TimeSpan length, DevicePolicy policy)
    {
        var wanted = TimeSpan.FromSeconds(policy.Gather.PoolSeconds);
        return length < wanted ? length : wanted;
    }

    private static List<PoolFrame> Frames(IReadOnlyList<Candidate> candidates) => [.. candidates.Select(c => c.Frame)];

    private static string ClassOf(IReadOnlyList<Detection> detections) =>
        detections.CountBy(d => d.Label).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).FirstOrDefault().Key ?? "";

    private static (int Count, double Closest) InBand(IReadOnlyList<Detection> found, IReadOnlyList<Detection> doubtful, DevicePolicy policy)
    {
        var middle = (policy.UncertainLow + policy.UncertainHigh) / 2;
        var half = Math.Max((policy.UncertainHigh - policy.UncertainLow) / 2, 1e-6);
        var (count, closest) = (0, 0.0);
        foreach (var detections in (ReadOnlySpan<IReadOnlyList<Detection>>)[found, doubtful])
        {
            for (var i = 0; i < detections.Count; i++)
            {
                if (detections[i].Score >= policy.UncertainLow && detections[i].Score <= policy.UncertainHigh)
                {
                    count++;
                    closest = Math.Max(closest, 1 - (Math.Abs(detections[i].Score - middle) / half));
                }
            }
        }

        return (count, closest);
    }

    private PoolEnd Choose(PoolState state, DevicePolicy policy)
    {
        var choice = PoolPlanner.Choose(state);
        _tokens.Use(choice.Randoms.Count, choice.Picks.Count);
        var chosen = new List<Candidate>();
        foreach (var candidate in _pool.ByChance.Where(c => choice.Randoms.Contains(c.Frame.Frame)))
        {
            chosen.Add(Signed(candidate, isRandom: true, choice.RandomProbability, policy));
        }

        foreach (var candidate in _pool.ByTrigger.Where(c => choice.Picks.Contains(c.Frame.Frame)))
        {
            chosen.Add(Signed(candidate, isRandom: false, probability: 1, policy));
        }

        foreach (var candidate in chosen)
        {
            Memory.Add(candidate.Frame.Embedding);
        }

        Drop(DropReason.Bytes, choice.Cut.Count);
        Drop(DropReason.WorthLess, _pool.ByTrigger.Count(c => !choice.Picks.Contains(c.Frame.Frame) && !choice.Randoms.Contains(c.Frame.Frame) && !choice.Cut.Contains(c.Frame.Frame)));
        var settings = TriggerSettings.Of(policy);
        return new PoolEnd(chosen, new PoolRecord(device, camera, time.GetUtcNow(), settings, state, choice, [.. _pool.ByTrigger.Select(c => c.Facts)]));
    }

    private static Candidate Signed(Candidate candidate, bool isRandom, double probability, DevicePolicy policy)
    {
        var reasons = TriggerRules.Reasons(candidate.Facts, TriggerSettings.Of(policy));
        var value = candidate.Frame.Value;
        var keep = isRandom
            ? new Keep(TriggerNames.Random, Math.Max(RandomValue, value), probability, [new SampleReason(TriggerNames.Random, 1, "chosen by chance"), .. reasons], policy.Gather.Seed)
            : new Keep(reasons[0].Trigger, value, probability, reasons, policy.Gather.Seed);
        return candidate with { Sample = candidate.Sample.With(keep) };
    }

    private void Drop(string reason) => Drop(reason, 1);

    private void Drop(string reason, int count)
    {
        if (count > 0)
        {
            _dropped[reason] = _dropped.GetValueOrDefault(reason) + count;
        }
    }
}

/// <summary>What a pool let go.</summary>
/// <param name="Chosen">Frames to be kept.</param>
/// <param name="Record">All that the choice followed from.</param>
internal sealed record PoolEnd(IReadOnlyList<Candidate> Chosen, PoolRecord Record);

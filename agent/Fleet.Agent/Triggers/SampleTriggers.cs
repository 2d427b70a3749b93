using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Fleet.Contracts;

namespace Fleet.Agent.Triggers;

/// <summary>Why a frame is kept.</summary>
/// <param name="Trigger"><c>uncertain</c>, <c>flicker</c> or <c>random</c>.</param>
/// <param name="Score">How much it is worth, 0 to 1.</param>
/// <param name="InclusionProbability">Chance that this frame was kept, 0 to 1.</param>
internal sealed record Keep(string Trigger, double Score, double InclusionProbability);

/// <summary>Decides which frames of a camera are worth labelling, within an hourly budget. The same frames give the same choice.</summary>
internal sealed class SampleTriggers(DeviceId device, CameraId camera, TimeProvider time)
{
    /// <summary>The random slice is worth this: more than a frame with one doubtful box, less than one with several.</summary>
    private const double RandomValue = 0.6;

    /// <summary>A miss that no score tells of is worth more than one doubtful box; each further one adds to it.</summary>
    private const double FlickerValue = 0.7;

    /// <summary>Share of the budget that doubtful frames leave to the random slice, the only unbiased one.</summary>
    private const double RandomReserve = 0.2;

    /// <summary>Two ids of 64 characters, two strokes and a number.</summary>
    private const int MaxNameBytes = 160;

    private readonly string _name = $"{device}/{camera}/";
    private readonly Queue<DateTimeOffset> _kept = new();

    /// <summary>Frames that would have been kept but for the budget.</summary>
    public long OverBudget { get; private set; }

    /// <summary>Looks at a completed frame.</summary>
    /// <param name="frame">Its number at its source.</param>
    /// <param name="detections">Found at the version's threshold.</param>
    /// <param name="doubtful">Found below it.</param>
    /// <param name="policy">Limits.</param>
    /// <returns>Null when it is not kept.</returns>
    public Keep? Judge(long frame, IReadOnlyList<Detection> detections, IReadOnlyList<Detection> doubtful, DevicePolicy policy)
    {
        var keep = IsRandom(frame, policy.RandomShare) ? new Keep("random", RandomValue, policy.RandomShare) : Uncertain(detections, doubtful, policy);
        return keep is null ? null : Afford(keep, policy);
    }

    /// <summary>Looks at a frame that lacks objects which are on the frames before and after it.</summary>
    /// <param name="flickers">How many it lacks, above 0.</param>
    /// <param name="policy">Limits.</param>
    /// <returns>Null when it is not kept.</returns>
    public Keep? JudgeFlicker(int flickers, DevicePolicy policy) =>
        Afford(new Keep("flicker", 1 - ((1 - FlickerValue) / flickers), 1), policy);

    /// <summary>Deterministic by device, camera and frame, and spread evenly.</summary>
    internal bool IsRandom(long frame, double share)
    {
        Span<byte> text = stackalloc byte[MaxNameBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{_name}{frame}", out var length);
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) / (double)ulong.MaxValue < share;
    }

    private static Keep? Uncertain(IReadOnlyList<Detection> found, IReadOnlyList<Detection> doubtful, DevicePolicy policy)
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

        return count == 0 ? null : new Keep("uncertain", Math.Clamp((0.5 * closest) + (0.5 * (1 - Math.Pow(0.8, count))), 0, 1), 1);
    }

    private Keep? Afford(Keep keep, DevicePolicy policy)
    {
        if (InBudget(keep, policy))
        {
            return keep;
        }

        OverBudget++;
        return null;
    }

    private bool InBudget(Keep keep, DevicePolicy policy)
    {
        var now = time.GetUtcNow();
        while (_kept.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromHours(1))
        {
            _kept.Dequeue();
        }

        var limit = keep.Trigger == "random" || policy.RandomShare <= 0
            ? policy.SamplesPerHour
            : policy.SamplesPerHour - (int)(policy.SamplesPerHour * RandomReserve);
        if (_kept.Count >= limit)
        {
            return false;
        }

        _kept.Enqueue(now);
        return true;
    }
}

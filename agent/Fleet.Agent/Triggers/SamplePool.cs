using Fleet.Agent.Outbox;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Triggers;

/// <summary>A frame that may be kept.</summary>
internal sealed record Candidate(PoolFrame Frame, FrameFacts Facts, WaitingSample Sample);

/// <summary>Frames that wait for the end of a pool: those with the smallest draws of all that came, and twice as many of the valuable ones as will be kept. Bounded in frames and bytes.</summary>
internal sealed class SamplePool
{
    /// <summary>So many times the frames that will be kept are weighed against each other.</summary>
    private const int Times = 2;
    private const int MostFrames = 1024;
    private const long MostBytes = 32L << 20;

    /// <summary>Pictures closer than this show the same; one of them is enough.</summary>
    private const double Alike = 0.04;

    private readonly List<Candidate> _byChance = [];
    private readonly List<Candidate> _byTrigger = [];
    private int _randoms;
    private int _picks;

    /// <summary>Frames that came.</summary>
    public long Seen { get; private set; }

    public bool IsEmpty => _byChance.Count + _byTrigger.Count == 0;

    public IReadOnlyList<Candidate> ByChance => _byChance;

    public IReadOnlyList<Candidate> ByTrigger => _byTrigger;

    /// <summary>Sets how many frames will be kept.</summary>
    public void Expect(int randoms, int picks) => (_randoms, _picks) = (Math.Min(randoms, MostFrames), Math.Min(Times * picks, MostFrames));

    /// <summary>A frame came.</summary>
    /// <returns>Whether chance may take it.</returns>
    public bool Arrive(double draw)
    {
        Seen++;
        return _randoms > 0 && (_byChance.Count < _randoms || draw < _byChance[^1].Frame.Draw);
    }

    /// <summary>How far the nearest waiting picture is; <paramref name="farthest"/> where none is nearer.</summary>
    public double Nearest(ReadOnlySpan<sbyte> embedding, double farthest)
    {
        foreach (var waiting in _byTrigger)
        {
            farthest = Math.Min(farthest, FrameEmbedding.Distance(embedding, waiting.Frame.Embedding));
        }

        return farthest;
    }

    /// <summary>Why a frame of this value is not taken; null where it is.</summary>
    public string? Refuses(double value, ReadOnlySpan<sbyte> embedding)
    {
        if (_picks == 0)
        {
            return DropReason.WorthLess;
        }

        foreach (var waiting in _byTrigger)
        {
            if (waiting.Frame.Value >= value && FrameEmbedding.Distance(embedding, waiting.Frame.Embedding) < Alike)
            {
                return DropReason.Alike;
            }
        }

        return _byTrigger.Count >= _picks && _byTrigger.Min(w => w.Frame.Value) >= value ? DropReason.WorthLess : null;
    }

    public void AddByChance(Candidate candidate)
    {
        _byChance.Add(candidate);
        _byChance.Sort((a, b) => (a.Frame.Draw, a.Frame.Frame).CompareTo((b.Frame.Draw, b.Frame.Frame)));
        if (_byChance.Count > _randoms)
        {
            _byChance.RemoveAt(_byChance.Count - 1);
        }
    }

    /// <summary>Takes a frame in, in the place of one that is alike or worth least.</summary>
    /// <param name="candidate">One that <see cref="Refuses"/> does not refuse.</param>
    /// <param name="drop">Told why each other frame went.</param>
    public void AddByTrigger(Candidate candidate, Action<string> drop)
    {
        _byTrigger.RemoveAll(w => w.Frame.Frame == candidate.Frame.Frame);
        for (var alike = _byTrigger.RemoveAll(w => FrameEmbedding.Distance(candidate.Frame.Embedding, w.Frame.Embedding) < Alike); alike > 0; alike--)
        {
            drop(DropReason.Alike);
        }

        _byTrigger.Add(candidate);
        while (_byTrigger.Count > _picks || (_byTrigger.Count > 1 && _byTrigger.Sum(w => w.Frame.SizeBytes) > MostBytes))
        {
            _byTrigger.Remove(_byTrigger.MinBy(w => (w.Frame.Value, -w.Frame.Frame))!);
            drop(DropReason.WorthLess);
        }
    }

    /// <summary>The next pool begins.</summary>
    public void Clear()
    {
        _byChance.Clear();
        _byTrigger.Clear();
        Seen = 0;
    }
}

/// <summary>Why a frame that a trigger chose is given up; see <see cref="GatherCounters"/>.</summary>
internal static class DropReason
{
    public const string WorthLess = "worth-less";
    public const string Alike = "alike";
    public const string Bytes = "bytes";
    public const string Disk = "disk";
}

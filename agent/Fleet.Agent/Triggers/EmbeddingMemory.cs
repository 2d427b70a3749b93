using Fleet.Vision;

namespace Fleet.Agent.Triggers;

/// <summary>Embeddings of the pictures a camera kept last. It lasts in a file, so that a restart makes nothing novel again.</summary>
internal sealed class EmbeddingMemory
{
    private const int Most = 256;
    private readonly sbyte[] _kept = new sbyte[Most * FrameEmbedding.Length];
    private int _count;
    private int _next;

    /// <summary>How far the nearest of them is; <paramref name="farthest"/> where none is nearer.</summary>
    public double Nearest(ReadOnlySpan<sbyte> embedding, double farthest)
    {
        for (var i = 0; i < _count; i++)
        {
            farthest = Math.Min(farthest, FrameEmbedding.Distance(embedding, At(i)));
        }

        return farthest;
    }

    public void Add(ReadOnlySpan<sbyte> embedding)
    {
        embedding.CopyTo(At(_next));
        _next = (_next + 1) % Most;
        _count = Math.Min(_count + 1, Most);
    }

    /// <summary>Oldest first.</summary>
    public byte[] Save()
    {
        var bytes = new byte[_count * FrameEmbedding.Length];
        var first = _count < Most ? 0 : _next;
        for (var i = 0; i < _count; i++)
        {
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(At((first + i) % Most)).CopyTo(bytes.AsSpan(i * FrameEmbedding.Length));
        }

        return bytes;
    }

    /// <summary>What <see cref="Save"/> gave; a torn end is left out.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= FrameEmbedding.Length; bytes = bytes[FrameEmbedding.Length..])
        {
            Add(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(bytes[..FrameEmbedding.Length]));
        }
    }

    private Span<sbyte> At(int index) => _kept.AsSpan(index * FrameEmbedding.Length, FrameEmbedding.Length);
}

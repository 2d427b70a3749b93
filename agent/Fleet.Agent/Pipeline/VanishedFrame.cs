using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Holds the one frame that lacks a box, until the next frame says whether the object was still there.</summary>
internal sealed class VanishedFrame
{
    public Frame Frame { get; } = new(1, 1, 1);

    /// <summary>Which version looked; null while none is held.</summary>
    public VersionId? Version { get; private set; }

    public IReadOnlyList<Detection> Detections { get; private set; } = [];

    /// <summary>What was known of it before it was known to lack a box.</summary>
    public FrameFacts Facts { get; private set; }

    public sbyte[] Embedding { get; } = new sbyte[FrameEmbedding.Length];

    public void Keep(Frame frame, ReadOnlySpan<sbyte> embedding, VersionId version, IReadOnlyList<Detection> detections, FrameFacts facts)
    {
        Frame.CopyFrom(frame);
        embedding.CopyTo(Embedding);
        (Version, Detections, Facts) = (version, detections, facts);
    }

    public void Forget() => (Version, Detections) = (null, []);
}

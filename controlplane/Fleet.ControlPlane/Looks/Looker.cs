using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;

namespace Fleet.ControlPlane.Looks;

/// <summary>A picture to look at.</summary>
internal sealed record LookPicture(Digest Digest, string Path);

/// <summary>Has a version look at frames, one version at a time: this machine has other work.</summary>
internal sealed class Looker(BlobStore blobs, LookStore store, TimeProvider time) : IDisposable
{
    /// <summary>Average precision counts weak boxes too.</summary>
    public const float Floor = 0.05f;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The variant of a version that can run here: its first that was not made for a device's accelerator.</summary>
    public static VariantFile VariantOf(ModelCard card) =>
        card.Variants.FirstOrDefault(v => !v.Name.EndsWith("-trt", StringComparison.Ordinal)) ?? card.Variants[0];

    /// <summary>Looks at frames in the blob store.</summary>
    /// <exception cref="ProblemException">The version cannot be run, or a frame is not there.</exception>
    public Task LookAsync(ModelCard card, IReadOnlyList<Digest> frames, Action<Digest, IReadOnlyList<Detection>> told, CancellationToken cancellationToken) =>
        LookAsync(card, [.. frames.Select(f => new LookPicture(f, blobs.PathOf(f)))], told, cancellationToken);

    /// <summary>Looks at each frame at which the variant has not looked yet, and tells of all in their order.</summary>
    /// <param name="card">The version.</param>
    /// <param name="frames">Pictures.</param>
    /// <param name="told">What was found on a frame, weak boxes down to <see cref="Floor"/> included.</param>
    /// <param name="cancellationToken">Ends it; what was found is kept.</param>
    /// <exception cref="ProblemException">The version cannot be run.</exception>
    public async Task LookAsync(ModelCard card, IReadOnlyList<LookPicture> frames, Action<Digest, IReadOnlyList<Detection>> told, CancellationToken cancellationToken)
    {
        var variant = VariantOf(card);
        LookChild? child = null;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var frame in frames)
            {
                var found = await store.FindAsync(variant.Digest, frame.Digest, cancellationToken);
                if (found is null)
                {
                    child ??= await LookChild.StartAsync(new LookJob(blobs.PathOf(blobs.Get(variant.Digest).Digest), card, Floor), time, cancellationToken);
                    found = await child.LookAsync(frame.Path, cancellationToken);
                    await store.KeepAsync(variant.Digest, frame.Digest, found, cancellationToken);
                }

                told(frame.Digest, found);
            }
        }
        finally
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }

            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}

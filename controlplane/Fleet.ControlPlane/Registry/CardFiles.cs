using Fleet.Contracts;

namespace Fleet.ControlPlane.Registry;

/// <summary>The files of a version as the release repository names them.</summary>
internal static class CardFiles
{
    public static IEnumerable<TargetFile> Of(ModelCard card, BlobRef cardBlob)
    {
        yield return new TargetFile(Targets.Card(card.Version), cardBlob.Digest, cardBlob.SizeBytes);
        foreach (var variant in card.Variants)
        {
            yield return new TargetFile(Targets.Variant(card.Version, variant.Name), variant.Digest, variant.SizeBytes);
        }

        if (card.GoldenClip is { } golden)
        {
            yield return new TargetFile(Targets.GoldenClip(card.Version), golden.Digest, golden.SizeBytes);
        }
    }
}

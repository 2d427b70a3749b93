namespace Fleet.Training.Datasets;

/// <summary>Pictures that are there twice, to the byte or to the eye.</summary>
internal static class Duplicates
{
    public static IEnumerable<Finding> Find(IReadOnlyList<(DatasetPicture Picture, PictureLook Look)> pictures) => Exact(pictures).Concat(Near(pictures));

    private static IEnumerable<Finding> Exact(IReadOnlyList<(DatasetPicture Picture, PictureLook Look)> pictures)
    {
        foreach (var same in pictures.GroupBy(p => p.Look.Digest).Where(g => g.Count() > 1))
        {
            var (first, others) = (same.First().Picture, same.Skip(1).Select(p => p.Picture));
            foreach (var other in others)
            {
                yield return other.Split != first.Split
                    ? new Finding(Severity.Error, "duplicate-across-splits", other.Name, $"The very same picture is in '{Shown(first.Split)}' as {first.Name}: what is learnt from must not be measured on. Remove one.")
                    : new Finding(Severity.Warning, "duplicate", other.Name, $"The very same picture is there as {first.Name}.");
            }
        }
    }

    private static IEnumerable<Finding> Near(IReadOnlyList<(DatasetPicture Picture, PictureLook Look)> pictures)
    {
        var alike = 0;
        for (var i = 1; i < pictures.Count; i++)
        {
            var (picture, look) = pictures[i];
            var across = -1;
            var within = false;
            for (var j = 0; j < i && across < 0; j++)
            {
                if (look.Distance(pictures[j].Look) <= PictureLook.NearBits && look.Digest != pictures[j].Look.Digest)
                {
                    across = picture.Split != pictures[j].Picture.Split ? j : across;
                    within = true;
                }
            }

            alike += within ? 1 : 0;
            if (across >= 0)
            {
                var other = pictures[across].Picture;
                yield return new Finding(Severity.Warning, "lookalike-across-splits", picture.Name, $"It looks nearly like {other.Name} in '{Shown(other.Split)}': if they are neighbours of one film, keep them in one part.");
            }
        }

        if (alike > 0 && pictures.All(p => p.Picture.Split.Length == 0))
        {
            yield return new Finding(Severity.Warning, "lookalikes", ".", $"{alike} of {pictures.Count} pictures look nearly like an earlier one: part the set by where pictures come from, never at random.");
        }
    }

    private static string Shown(string split) => split.Length == 0 ? "no part" : split;
}

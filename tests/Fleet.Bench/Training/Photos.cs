namespace Fleet.Bench.Training;

/// <summary>A folder of labelled photos.</summary>
internal static class Photos
{
    private const int Fewest = 20;
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".webp"];

    /// <summary>Their paths, by name.</summary>
    /// <exception cref="BenchFailedException">There are none, or too few.</exception>
    public static IReadOnlyList<string> Of(string? data)
    {
        var images = Path.Combine(data ?? throw new BenchFailedException("Give the folder of labelled photos: --data DIR (YOLO: images, labels, data.yaml)."), "images");
        var found = Directory.Exists(images) ? Directory.EnumerateFiles(images).Where(f => Endings.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).ToList() : [];
        return found.Count >= Fewest ? found : throw new BenchFailedException($"{images} holds {found.Count} photos; wanted are at least {Fewest}, with their YOLO labels in {Path.Combine(data, "labels")}.");
    }
}

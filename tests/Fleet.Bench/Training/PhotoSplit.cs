namespace Fleet.Bench.Training;

/// <summary>Photos to learn from and photos to test on, of other groups.</summary>
/// <param name="Pool">To learn from, in the order in which a labeller gets them.</param>
/// <param name="Test">Never learnt from.</param>
/// <param name="TestGroups">Groups of the test.</param>
internal sealed record PhotoSplit(IReadOnlyList<string> Pool, IReadOnlyList<string> Test, int TestGroups)
{
    private const double LeastTestShare = 0.2;

    /// <summary>Whole groups go to the test, in an order drawn from the seed, as long as enough is left to learn from.</summary>
    /// <param name="photos">Paths.</param>
    /// <param name="pool">How many are wanted to learn from.</param>
    /// <param name="seed">Another seed tests on other groups.</param>
    public static PhotoSplit Of(IReadOnlyList<string> photos, int pool, int seed)
    {
        var random = new Random(seed);
        var groups = photos.GroupBy(p => PhotoGroups.Of(Path.GetFileName(p))).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Order(StringComparer.Ordinal).ToList()).ToArray();
        random.Shuffle(groups);

        // a set that is too small for both keeps a fifth to test on
        var most = Math.Max((int)(photos.Count * LeastTestShare), photos.Count - pool);
        var test = new List<string>();
        var taken = 0;
        var rest = new List<string>();
        foreach (var group in groups)
        {
            if (test.Count + group.Count <= most)
            {
                test.AddRange(group);
                taken++;
            }
            else
            {
                rest.AddRange(group);
            }
        }

        var order = rest.ToArray();
        random.Shuffle(order);
        return new(order, test, taken);
    }

    /// <summary>Copies photos with their labels into a folder as a YOLO set.</summary>
    /// <param name="photos">Below <paramref name="set"/>/images.</param>
    /// <param name="set">The whole set.</param>
    /// <param name="into">Made anew.</param>
    public static void Copy(IEnumerable<string> photos, string set, string into)
    {
        var (images, labels) = (Directory.CreateDirectory(Path.Combine(into, "images")).FullName, Directory.CreateDirectory(Path.Combine(into, "labels")).FullName);
        foreach (var photo in photos)
        {
            File.Copy(photo, Path.Combine(images, Path.GetFileName(photo)), overwrite: true);
            var label = Path.GetFileNameWithoutExtension(photo) + ".txt";
            if (File.Exists(Path.Combine(set, "labels", label)))
            {
                File.Copy(Path.Combine(set, "labels", label), Path.Combine(labels, label), overwrite: true);
            }
        }
    }
}

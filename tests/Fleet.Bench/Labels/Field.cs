using System.Globalization;
using Fleet.Bench.Training;
using Fleet.Cli.Processes;
using Fleet.Testing;

namespace Fleet.Bench.Labels;

/// <summary>What the cameras show, and what it is measured on. Every picture lies in <c>images</c> with its truth in <c>labels</c> beside it.</summary>
/// <param name="Rounds">Cameras of each round, pictures of each camera in their order.</param>
/// <param name="Test">A labelled set that nobody chooses from.</param>
internal sealed record Field(IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Rounds, string Test)
{
    private const double PhotosToTestOn = 0.35;
    private const long TestSeed = 9100;

    /// <summary>Boxes on a picture: what a labeller draws.</summary>
    public static int BoxesOn(string picture) => File.Exists(LabelOf(picture)) ? File.ReadLines(LabelOf(picture)).Count(l => l.Trim().Length > 0) : 0;

    /// <summary>The site <c>warehouse-field</c>: cameras go on from round to round, other days of it are for the test.</summary>
    public static async Task<Field> OfTwinAsync(LabelsPlan plan, int seed, string folder, CancellationToken cancellationToken)
    {
        var cameras = new List<IReadOnlyList<string>>();
        for (var camera = 0; camera < plan.Cameras; camera++)
        {
            cameras.Add(Pictures(await RenderAsync((seed * 100) + camera, plan.Rounds * plan.FramesPerCamera, Path.Combine(folder, $"camera{camera}"), cancellationToken)));
        }

        var test = Path.Combine(folder, "test");
        for (var camera = 0; camera < plan.Cameras; camera++)
        {
            var day = await RenderAsync(TestSeed + camera, plan.HeldOut / plan.Cameras, Path.Combine(folder, $"test{camera}"), cancellationToken);
            PhotoSplit.Copy(Pictures(day), day, test);
        }

        Name(test);
        return new([.. Enumerable.Range(0, plan.Rounds).Select(r => cameras.Select(c => (IReadOnlyList<string>)[.. c.Skip(r * plan.FramesPerCamera).Take(plan.FramesPerCamera)]).ToList())], test);
    }

    /// <summary>Photos of a folder: one camera that shows all that are not for the test, in the order of their names, in every round anew.</summary>
    public static Field OfPhotos(LabelsPlan plan, IReadOnlyList<string> photos, string data, int seed, string folder)
    {
        var split = PhotoSplit.Of(photos, photos.Count - (int)(photos.Count * PhotosToTestOn), seed);
        Benches.Say($"split {seed}: {split.Pool.Count} photos to choose from, {split.Test.Count} of {split.TestGroups} other groups to measure on");
        var test = Path.Combine(folder, "test");
        PhotoSplit.Copy(split.Test, data, test);
        Name(test);
        IReadOnlyList<IReadOnlyList<string>> once = [[.. split.Pool.Order(StringComparer.Ordinal)]];
        return new([.. Enumerable.Repeat(once, plan.Rounds)], test);
    }

    /// <summary>Says what a set's labels mean.</summary>
    public static void Name(string set) => File.WriteAllText(Path.Combine(set, "data.yaml"), $"names: [{LabelsPlan.Label}]\nbox_policy: modal\n");

    public static string SetOf(string picture) => Path.GetDirectoryName(Path.GetDirectoryName(picture)!)!;

    private static string LabelOf(string picture) => Path.Combine(SetOf(picture), "labels", Path.GetFileNameWithoutExtension(picture) + ".txt");

    private static List<string> Pictures(string set) => [.. Directory.EnumerateFiles(Path.Combine(set, "images")).Order(StringComparer.Ordinal)];

    private static async Task<string> RenderAsync(long seed, int count, string into, CancellationToken cancellationToken)
    {
        if (Directory.Exists(into))
        {
            return into;
        }

        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"rendering {count} frames of warehouse-field, seed {seed} …"));
        var (coco, part, logs) = (into + ".coco", into + ".part", Path.GetDirectoryName(into)!);
        foreach (var begun in new[] { coco, part }.Where(Directory.Exists))
        {
            Directory.Delete(begun, recursive: true);
        }

        await ChildProcess.RunAsync("render", Programs.Find().Twin, ["render", "warehouse-field", "--seed", $"{seed}", "--count", $"{count}", "--out", coco], logs, onLine: null, cancellationToken);
        await ChildProcess.RunAsync("convert", Repository.Program("synthetic-data/Fleet.Training", "fleet-training"), ["data", "convert", coco, "--to", "yolo", "--out", part, "--policy", "modal"], logs, onLine: null, cancellationToken);
        Directory.Delete(coco, recursive: true);
        Directory.Move(part, into);
        return into;
    }
}

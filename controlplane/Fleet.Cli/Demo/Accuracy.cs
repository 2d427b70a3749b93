using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Measures versions on frames that no camera shows and no training has seen.</summary>
internal static class Accuracy
{
    /// <returns>AP@.5 on held-out frames, the mean over the site's cameras; null where there is no ground truth.</returns>
    public static async Task<double?> OnSiteAsync(DemoContext demo, VersionResponse version, CancellationToken cancellationToken)
    {
        if (!demo.HasTruth)
        {
            return null;
        }

        // each held-out seed is one of the site's two cameras
        var found = new List<double>();
        foreach (var seed in DemoContext.HeldOutSeeds)
        {
            var measured = await RunAsync(demo, version,
                ["--scene", demo.Programs.Scene(DemoContext.SiteScene), "--seed", Text(seed), "--count", Text(demo.Options.HeldOutFrames)], cancellationToken);
            demo.Report.FramesRendered += measured.Frames;
            found.Add(measured.Map50);
        }

        demo.Screen.Figure($"AP@.5 on {found.Count * demo.Options.HeldOutFrames} held-out frames of the site", found.Average().ToString("0.000", CultureInfo.InvariantCulture));
        return found.Average();
    }

    /// <summary>Measures on folders of real photos that have a folder <c>labels</c> beside them.</summary>
    public static async Task OnPhotosAsync(DemoContext demo, VersionResponse version, CancellationToken cancellationToken)
    {
        foreach (var images in demo.Options.Cameras.Where(Directory.Exists).Select(Path.GetFullPath))
        {
            var labels = Path.Combine(Path.GetDirectoryName(images)!, "labels");
            if (Directory.Exists(labels))
            {
                var measured = await RunAsync(demo, version, ["--images", images, "--labels", labels], cancellationToken);
                demo.Report.Photos.Add(new PhotoAccuracy(version.Card.Version, images, measured.Frames, measured.Map50, measured.Map75));
                demo.Screen.Figure($"AP@.5 on {measured.Frames} labelled photos", measured.Map50.ToString("0.000", CultureInfo.InvariantCulture));
            }
        }
    }

    private static async Task<Measured> RunAsync(DemoContext demo, VersionResponse version, string[] on, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(demo.Stack.Folder, "accuracy");
        Directory.CreateDirectory(folder);
        var model = Path.Combine(folder, $"{version.Card.Version.Model}-{version.Card.Version.Number}.onnx");
        var result = Path.ChangeExtension(model, ".json");
        if (!File.Exists(model))
        {
            await demo.Client.Blobs.DownloadFileAsync(version.Card.Variants[0].Digest, model, progress: null, cancellationToken);
        }

        await demo.RunAsync("evaluate", demo.Programs.Training, ["evaluate", "--model", model, .. on, "--json", result], cancellationToken);
        return JsonSerializer.Deserialize(await File.ReadAllTextAsync(result, cancellationToken), MeasuredJson.Default.Measured)
            ?? throw new InvalidDataException($"{result} holds no measurement.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What <c>fleet-training evaluate</c> writes, as far as the demo reads it.</summary>
internal sealed record Measured(int Frames, double Map50, double Map75);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Measured))]
internal sealed partial class MeasuredJson : JsonSerializerContext;

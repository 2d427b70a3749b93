using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class VersionCommands
{
    public static Command Create() => new("version", "Versions of models: register and look; ./fleet release signs them.") { List(), Register(), CompareCommand.Create() };

    private static Command List() => Ask.Server("list", "All versions.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("version", "state", "head", "input", "classes", "bytes", "2:4 layers", "metrics");
        await foreach (var v in client.Versions.ListAsync(cancellationToken))
        {
            table.Row(
                v.Card.Version, v.State, v.Card.Head, $"{v.Card.Input.WidthPx}x{v.Card.Input.HeightPx}", v.Card.Classes.Count, v.Card.Variants[0].SizeBytes,
                $"{v.Card.Sparsity.Count(s => s.Valid && s.Eligible)} of {v.Card.Sparsity.Count(s => s.Eligible)}",
                string.Join(' ', v.Card.Metrics.Select(m => $"{m.Key}={m.Value:0.###}")));
        }

        Print.Show(table, "No version yet. Register one: ./fleet version register FILE --model NAME --head HEAD");
    });

    private static Command Register()
    {
        var file = new Argument<FileInfo>("file") { Description = "An ONNX file." };
        var model = Ask.IdOption<ModelName>("--model", "Model it is a version of.");
        model.Required = true;
        var head = new Option<string?>("--head") { Description = $"How outputs become detections: {string.Join(", ", HeadKinds.All)}; missing, the file's metadata or shapes say." };
        var classes = new Option<FileInfo?>("--classes") { Description = "A text file with one class name a line; missing, the ONNX file's metadata says." };
        var variant = new Option<string>("--variant") { Description = "Name of the variant.", DefaultValueFactory = _ => "fp32" };
        var also = new Option<string[]>("--also") { Description = "NAME=FILE: a further variant of the same network, as in int8=model-int8.onnx; repeatable. Each device then takes its fastest." };
        var golden = new Option<FileInfo?>("--golden") { Description = "Golden clip that devices must reproduce." };
        var report = new Option<FileInfo?>("--report") { Description = "A page (one HTML file) with what was measured; the console's page of the version opens it." };
        var feeding = new FeedingOptions();
        return Ask.Server("register", "Upload and check a model; it becomes a Draft.", async (client, result, cancellationToken) =>
        {
            var names = result.GetValue(classes) is { } list ? (await File.ReadAllLinesAsync(list.FullName, cancellationToken)).Select(l => l.Trim()).Where(l => l.Length > 0).ToList() : null;
            var variants = new List<VariantUpload>();
            foreach (var (name, path) in new[] { (result.GetValue(variant)!, result.GetValue(file)!.FullName) }.Concat((result.GetValue(also) ?? []).Select(Further)))
            {
                variants.Add(new VariantUpload(name, (await client.Blobs.UploadFileAsync(path, progress: null, cancellationToken)).Digest));
            }

            var clip = result.GetValue(golden) is { } g ? await client.Blobs.UploadFileAsync(g.FullName, progress: null, cancellationToken) : null;
            var page = result.GetValue(report) is { } r ? await client.Blobs.UploadFileAsync(r.FullName, progress: null, cancellationToken) : null;
            var version = await client.Versions.RegisterAsync(
                new VersionRequest
                {
                    Model = result.GetValue(model)!.Value,
                    Head = result.GetValue(head),
                    Classes = names,
                    Variants = variants,
                    GoldenClip = clip?.Digest,
                    Report = page?.Digest,
                    ScoreThreshold = feeding.Threshold(result),
                    NmsIou = feeding.NmsIou(result),
                    Scores = feeding.Scores(result),
                    InputOptions = feeding.Input(result),
                },
                cancellationToken);
            Print.Line($"{version.Card.Version} is registered as a {version.State}. Release it: ./fleet release sign {version.Card.Version} --key KEYFILE");
        }, [file, model, head, classes, variant, also, golden, report, .. feeding.All]);
    }

    private static (string Name, string Path) Further(string text) => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } path] && File.Exists(path)
        ? (name, Path.GetFullPath(path))
        : throw new FormatException($"'{text}' is no further variant: wanted NAME=FILE with a file that exists, as in int8=model-int8.onnx.");
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Training.Datasets;

namespace Fleet.Training.Commands;

/// <summary><c>data</c>: what is wrong with a labelled set, and the set in another format.</summary>
internal sealed class DataCommand(TextWriter output)
{
    public const string CheckUsage = "fleet-training data check DIR [--format coco|yolo|voc|folders] [--policy modal|amodal] [--json FILE]";
    public const string ConvertUsage = "fleet-training data convert DIR --to coco|yolo|voc --out DIR [--format F] [--policy modal|amodal]";

    /// <returns>0; 1 where the set must not be used like this.</returns>
    public int Check(Arguments arguments)
    {
        var found = DataCheck.Check(arguments.Words[0], OptionsOf(arguments));
        foreach (var finding in found.Findings)
        {
            output.WriteLine(finding);
        }

        var summary = Summary(found);
        if (summary.Format is { } format)
        {
            output.WriteLine($"{format}, boxes {summary.Policy ?? "neither called modal nor amodal"}: {summary.Pictures} pictures, {summary.Boxes} boxes{Parts(summary.Splits, "; ")}");
            output.WriteLine(Parts(summary.Classes, "classes: "));
        }

        foreach (var kind in found.Findings.GroupBy(f => (f.Severity, f.Code)).OrderByDescending(g => g.Key.Severity).ThenBy(g => g.Key.Code))
        {
            output.WriteLine($"  {kind.Count(),5} {kind.Key.Severity.ToString().ToLowerInvariant()} {kind.Key.Code}");
        }

        output.WriteLine($"{found.Errors} errors, {found.Warnings} warnings");
        if (arguments.Text("--json") is { } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(summary, DataJson.Default.DataSummary));
        }

        return found.Errors == 0 ? 0 : 1;
    }

    public void Convert(Arguments arguments)
    {
        var to = FormatOf(arguments.Needed("--to"), "--to");
        var set = TrainingSets.Sound(arguments.Words[0], OptionsOf(arguments));
        var losses = DatasetWriter.Write(set, to, arguments.Needed("--out"));
        output.WriteLine($"{set.Pictures.Count} pictures with {set.Pictures.Sum(p => p.Boxes.Count)} boxes are in {arguments.Needed("--out")} as {to.ToString().ToUpperInvariant()}.");
        foreach (var loss in losses)
        {
            output.WriteLine($"  {loss}");
        }
    }

    /// <summary>Format, policy and class names that the command line gives.</summary>
    public static ReadOptions OptionsOf(Arguments arguments) => new()
    {
        Format = arguments.Text("--format") is { } format ? FormatOf(format, "--format") : null,
        Policy = arguments.Text("--policy") is not { } policy ? BoxPolicy.Unknown
            : Policies.TryParse(policy, out var read) ? read
            : throw new ProblemException(Problems.RequestInvalid, $"--policy is '{policy}', wanted is modal (boxes around what can be seen) or amodal (around the whole object)."),
    };

    private static DatasetFormat FormatOf(string text, string option) => text switch
    {
        "coco" => DatasetFormat.Coco,
        "yolo" => DatasetFormat.Yolo,
        "voc" => DatasetFormat.Voc,
        "folders" => DatasetFormat.Folders,
        _ => throw new ProblemException(Problems.RequestInvalid, $"{option} is '{text}', wanted is coco, yolo, voc or folders."),
    };

    private static string Parts(IReadOnlyDictionary<string, int> counts, string before) =>
        counts.Count == 0 ? "" : before + string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"));

    private static DataSummary Summary(CheckedDataset found)
    {
        var set = found.Set;
        var splits = set.Pictures.Where(p => p.Split.Length > 0).CountBy(p => p.Split).ToDictionary();
        return new DataSummary(
            set.Folder, set.Format?.ToString().ToLowerInvariant(), set.Policy.Name(), set.Pictures.Count, set.Pictures.Sum(p => p.Boxes.Count),
            DataCheck.Usage(set), splits, found.Errors, found.Warnings, found.Findings);
    }
}

/// <summary>A check as JSON.</summary>
internal sealed record DataSummary(
    string Folder,
    string? Format,
    string? Policy,
    int Pictures,
    int Boxes,
    IReadOnlyDictionary<string, int> Classes,
    IReadOnlyDictionary<string, int> Splits,
    int Errors,
    int Warnings,
    IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DataSummary))]
internal sealed partial class DataJson : JsonSerializerContext;

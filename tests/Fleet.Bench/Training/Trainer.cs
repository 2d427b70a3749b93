using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Cli.Processes;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Bench.Training;

/// <summary>The training program, run by run; a run that is finished is not done again, one that was killed goes on.</summary>
/// <param name="work">Folder of the bench's runs.</param>
internal sealed class Trainer(string work)
{
    private readonly string _program = Repository.Program("synthetic-data/Fleet.Training", "fleet-training");

    /// <summary>Trains by a recipe's text.</summary>
    /// <param name="name">Of the run; the recipe and the further arguments are part of its identity.</param>
    /// <param name="recipe">YAML.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="cancellationToken">Stops; the same call goes on later.</param>
    /// <returns>The run's folder.</returns>
    public async Task<string> TrainAsync(string name, string recipe, long seed, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        var arguments = more.ToList();
        var identity = Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', [recipe, .. arguments]))).Hex[..8];
        var folder = Directory.CreateDirectory(Path.Combine(work, $"{name}-{identity}-seed{seed}")).FullName;
        if (File.Exists(Path.Combine(folder, "report.json")))
        {
            Benches.Say($"{name}, seed {seed}: done before, taken from {folder}");
            return folder;
        }

        var path = Path.Combine(folder, "recipe.yaml");
        await File.WriteAllTextAsync(path, recipe, cancellationToken);
        Benches.Say($"{name}, seed {seed} …");
        await ChildProcess.RunAsync("train", _program, ["train", path, "--out", folder, "--seed", $"{seed}", .. arguments], folder, line => Tell(name, line), cancellationToken);
        return folder;
    }

    /// <summary>Measures a model on a folder of labelled photos.</summary>
    public async Task<PhotoFigures> MeasureAsync(string model, string photos, double leastPx, CancellationToken cancellationToken)
    {
        var json = model + ".measured.json";
        await ChildProcess.RunAsync(
            "evaluate", _program, ["evaluate", "--model", model, "--data", photos, "--least-px", $"{leastPx}", "--json", json], Path.GetDirectoryName(model)!, onLine: null, cancellationToken);
        var read = JsonNode.Parse(await File.ReadAllTextAsync(json, cancellationToken))!;
        return new(read["map50"]!.GetValue<double>(), read["map75"]!.GetValue<double>(), read["large"]!["map50"]!.GetValue<double>());
    }

    /// <summary>How many pictures of a parted set look alike although they are in different parts.</summary>
    public async Task<int> LookalikesAsync(string set, CancellationToken cancellationToken)
    {
        var json = Path.Combine(set, "check.json");
        await using var check = ChildProcess.Start("check", _program, ["data", "check", set, "--policy", "modal", "--json", json], set);
        await check.WaitAsync(cancellationToken);
        return JsonNode.Parse(await File.ReadAllTextAsync(json, cancellationToken))!["findings"]!.AsArray().Count(f => f!["code"]!.GetValue<string>().EndsWith("-across-splits", StringComparison.Ordinal));
    }

    public static JsonNode ReportOf(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json"))) ?? throw new JsonException($"{folder}/report.json is empty.");

    private static void Tell(string name, string line)
    {
        if (line.Contains("steps/s", StringComparison.Ordinal))
        {
            Benches.Say($"  {name}: {line}");
        }
    }
}

/// <summary>How well a model finds what is on photos.</summary>
/// <param name="Ap50">At IoU 0.5.</param>
/// <param name="Ap75">At IoU 0.75.</param>
/// <param name="LargeAp50">At IoU 0.5, of objects that the network sees large enough.</param>
internal sealed record PhotoFigures(double Ap50, double Ap75, double LargeAp50);

using Fleet.Bench.Training;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Testing;

namespace Fleet.Bench.Ota;

/// <summary>Trains the shipped network on, twice in a row, as <c>fine-tune.yaml</c> does; the second is the update of a device that has the first.</summary>
internal sealed class FinePairs(string work, bool quick)
{
    private const int QuickSteps = 20;
    private readonly Trainer _trainer = new(work);

    public static string Said(bool quick) =>
        $"both versions: the shipped warehouse network, trained on by fine-tune.yaml{(quick ? $" for {QuickSteps} steps" : "")}, and that one trained on again on other frames; two runs keep its 2:4 pattern, two train every weight";

    public async Task<IReadOnlyList<Pair>> TrainAsync(CancellationToken cancellationToken) =>
    [
        .. await TrainAsync("2:4", "keep", cancellationToken),
        .. await TrainAsync("dense", "dense", cancellationToken),
    ];

    private async Task<IReadOnlyList<Pair>> TrainAsync(string kind, string sparsity, CancellationToken cancellationToken)
    {
        var shipped = Path.Combine(Repository.Root, "synthetic-data", "models", "warehouse.onnx");
        var first = await _trainer.TrainAsync($"ota-{sparsity}-1", Recipe(sparsity), seed: 1, ["--from", shipped], cancellationToken);
        var second = await _trainer.TrainAsync($"ota-{sparsity}-2", Recipe(sparsity), seed: 2, ["--from", Path.Combine(first, "model.fp32.onnx")], cancellationToken);
        Pair Of(string name, string file) => new($"{name} {kind}", Path.Combine(first, file), Path.Combine(second, file));
        var int8 = Path.GetRelativePath(second, Directory.EnumerateFiles(Path.Combine(second, "variants"), "int8*.onnx").Order(StringComparer.Ordinal).First());
        return [Of("int8", int8) with { RawBytes = kind == "2:4" ? RawBytes(Path.Combine(second, "model.onnx")) : null }, Of("fp16", "model.onnx")];
    }

    /// <summary>The file keeps weights in 16 bits.</summary>
    private static long RawBytes(string path) =>
        new FileInfo(path).Length + OnnxFile.Read(path).Graph.Initializer.Where(t => t.DataType == (int)TensorProto.Types.DataType.Float16).Sum(t => (long)t.RawData.Length);

    private string Recipe(string sparsity)
    {
        var recipe = File.ReadAllText(Path.Combine(Repository.Root, "synthetic-data", "recipes", "fine-tune.yaml")).Replace("sparsity: keep", $"sparsity: {sparsity}", StringComparison.Ordinal);
        return quick ? recipe.Replace("steps: 200", $"steps: {QuickSteps}", StringComparison.Ordinal) : recipe;
    }
}

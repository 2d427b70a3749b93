using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Onnx;

namespace Fleet.Training.Commands;

/// <summary><c>model inspect</c>: a network layer by layer, and what 2:4 sparsity may bring it.</summary>
internal sealed class ModelCommand(TextWriter output)
{
    public const string Usage = "fleet-training model inspect FILE [--build-log FILE] [--json FILE]";
    private const int NameWidth = 40;

    public void Inspect(Arguments arguments)
    {
        var path = arguments.Words[0];
        if (!File.Exists(path))
        {
            throw new ProblemException(Problems.RequestInvalid, $"There is no file {path}. Usage: {Usage}");
        }

        var log = arguments.Text("--build-log") is { } logPath ? BuildLog.Parse(File.ReadAllText(logPath)) : null;
        var inspection = ModelInspection.Of(OnnxFile.Read(path), log);
        Tell(inspection);
        if (arguments.Text("--json") is { } json)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(inspection, ModelJson.Default.ModelInspection));
        }
    }

    private void Tell(ModelInspection inspection)
    {
        output.WriteLine($"{"layer",-NameWidth} {"operator",-12} {"out x in x taps",-18} {"work",6} {"zeros",6}  {"2:4",-4} {"recipe",-7} {"pays",-5} {(inspection.Log is null ? "" : "builder")}");
        foreach (var layer in inspection.Layers)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Short(layer.Node),-NameWidth} {layer.Operator,-12} {string.Join("x", layer.Shape),-18} {layer.MacShare,6:0.0%} {layer.ZeroShare,6:0%}  {YesNo(layer.Valid),-4} {YesNo(layer.Eligible),-7} {YesNo(layer.LikelyToPay),-5} {Builder(layer),-8} {layer.WhyDense}").TrimEnd());
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inspection.Layers.Count} layers with weights, {inspection.MultiplyAdds / 1e6:0.0} million multiply-adds a frame."));
        Sum("2:4 holds", inspection, l => l.Valid);
        Sum("the recipe prunes (outputs a multiple of 8, inputs of 16)", inspection, l => l.Eligible);
        Sum("likely to pay (256 channels and more on both sides)", inspection, l => l.LikelyToPay);
        if (inspection.Log is { } log)
        {
            Sum("TensorRT picked a sparse kernel", inspection, l => l.BuilderPicked == true);
            output.WriteLine($"  the builder's log: {log.EligibleCount} eligible, {log.PickedCount} picked{(log.PickedCount == 0 ? ": the dense engine is as fast, keep it" : "")}");
            output.WriteLine(inspection.Unmatched.Count == 0 ? "  every name in the log is a layer of this file" : $"  {inspection.Unmatched.Count} names in the log are no layer of this file, such as {Short(inspection.Unmatched[0])}");
        }
    }

    private void Sum(string what, ModelInspection inspection, Func<LayerInspection, bool> holds)
    {
        var chosen = inspection.Layers.Where(holds).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {chosen.Count} of {inspection.Layers.Count} layers, {chosen.Sum(l => l.MacShare):0.0%} of the work"));
    }

    private static string Builder(LayerInspection layer) => (layer.BuilderPicked, layer.BuilderEligible) switch
    {
        (true, _) => "picked",
        (false, true) => "not",
        (false, false) => "unfit",
        _ => "",
    };

    private static string YesNo(bool value) => value ? "yes" : "-";

    private static string Short(string name) => name.Length <= NameWidth ? name : "…" + name[^(NameWidth - 1)..];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ModelInspection))]
internal sealed partial class ModelJson : JsonSerializerContext;

using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Evaluation;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Heads;
using Fleet.Training.Networks;
using Fleet.Training.Sparsity;

namespace Fleet.Training.Commands;

/// <summary><c>model trainable</c>: whether files can be trained and pruned here, tried and not guessed.</summary>
internal sealed class TrainableCommand(TextWriter output)
{
    public const string Usage = "fleet-training model trainable FILE";

    /// <returns>1 where the file cannot be trained or the two engines do not agree.</returns>
    public int Run(Arguments arguments)
    {
        var path = arguments.Words[0];
        if (!File.Exists(path))
        {
            throw new ProblemException(Problems.RequestInvalid, $"There is no file {path}. Usage: {Usage}");
        }

        var model = OnnxFile.Read(path);
        using var network = new Network(model);
        var input = Feeding.Of(model).Input;
        var difference = Math.Max(EngineAgreement.Difference(model, input), EngineAgreement.Difference(BatchNormFolding.Fold(network.Export()), input));
        var layers = PrunableLayer.Of(network);
        var weights = network.Weights.Values.Sum(w => w.numel());
        var pruned = layers.Where(l => l.WhyDense is null).Sum(l => network.Weights[l.Name].numel());
        var agrees = difference <= EngineAgreement.Tolerance;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}: {(agrees ? "can be trained" : "must not be trained")}; {weights:#,0} weights in {network.Weights.Count} constants; 2:4 prunes {layers.Count(l => l.WhyDense is null)} of {layers.Count} layers, {pruned / (double)Math.Max(1, weights):0%} of the weights; ONNX Runtime and training differ by {difference:0.0e0}{(Widening.IsHalf(model) ? ", both in float32" : "")}."));
        if (agrees)
        {
            output.WriteLine(Labels(model, network));
        }
        else if (double.IsNaN(difference))
        {
            output.WriteLine("  Both engines answer with what is no number: its weights are damaged, or it wants another input than pictures of 0 to 1.");
        }

        return agrees ? 0 : 1;
    }

    /// <summary>Whether it can be trained on labels too, and given other classes: both are tried.</summary>
    private static string Labels(ModelProto model, Network network)
    {
        try
        {
            var fit = TrainableHeads.FitOf(model);
            var batch = network.FixedBatch is { } count ? $" It was exported for {count} picture{(count == 1 ? "" : "s")} at a time: steps take longer for it." : "";
            return $"  Labels can be learnt with it: head '{fit.Head}', {fit.Classes.Count} classes; {Classes(model, fit)}{batch}";
        }
        catch (ProblemException e)
        {
            return $"  On labels it cannot be trained: {e.Message}";
        }
    }

    private static string Classes(ModelProto model, HeadFit fit)
    {
        try
        {
            ClassLayers.Remake(model, fit, [.. Enumerable.Range(0, fit.Classes.Count + 1).Select(i => $"tried {i}")], seed: 1);
            return "other classes, and another number of them, can be given to it.";
        }
        catch (ProblemException e)
        {
            return $"only with these: {e.Message}";
        }
    }
}

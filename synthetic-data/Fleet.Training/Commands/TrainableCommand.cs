using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
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
        return agrees ? 0 : 1;
    }
}

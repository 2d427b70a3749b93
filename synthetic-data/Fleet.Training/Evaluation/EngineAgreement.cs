using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Evaluation;

/// <summary>Whether ONNX Runtime computes what training computed.</summary>
internal static class EngineAgreement
{
    /// <summary>Largest difference allowed, relative to the largest value where that is above 1.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Runs both on one batch of noise.</summary>
    /// <returns>The largest difference.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: they do not agree; the file must not be used.</exception>
    public static double Check(ModelProto model, InputSpec input)
    {
        var images = new byte[3 * input.WidthPx * input.HeightPx];
        Chance.From(seed: 1, "agreement").NextBytes(images);
        using var network = new Network(model);
        var logits = OutputNames.LogitsOf(network);
        var ours = Ours(network, images, input, [logits, OutputNames.Sides]);
        var theirs = Theirs(model, images, input, [logits, OutputNames.Sides]);
        var difference = ours.Zip(theirs, Difference).Max();
        return difference <= Tolerance
            ? difference
            : throw new ProblemException(Problems.EngineFailed, $"ONNX Runtime differs from training by {difference:0.0e0}, where {Tolerance:0.0e0} is allowed: this file must not be used.");
    }

    private static double Difference(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max() / Math.Max(1, a.Max(Math.Abs));

    private static float[][] Ours(Network network, byte[] images, InputSpec input, string[] names)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var values = network.Run(tensor(images, [1, 3, input.HeightPx, input.WidthPx], dtype: ScalarType.Byte), learning: false);
        return [.. names.Select(n => Network.Values(values[n]))];
    }

    private static float[][] Theirs(ModelProto model, byte[] images, InputSpec input, string[] names)
    {
        var open = model.Clone();
        foreach (var name in names.Where(n => open.Graph.Output.All(o => o.Name != n)))
        {
            open.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } } });
        }

        using var session = new InferenceSession(OnnxFile.Write(open));
        using var fed = OrtValue.CreateTensorValueFromMemory(images, [1, 3, input.HeightPx, input.WidthPx]);
        using var options = new RunOptions();
        using var results = session.Run(options, [input.Name], [fed], names);
        return [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
    }
}

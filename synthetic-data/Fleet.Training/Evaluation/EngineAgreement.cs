using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Fleet.Training.Evaluation;

/// <summary>Whether ONNX Runtime computes what training computed, for any graph.</summary>
internal static class EngineAgreement
{
    /// <summary>Largest difference allowed, relative to the largest value where that is above 1.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Runs both on noise and holds them against each other.</summary>
    /// <returns>The largest difference of any output.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: they do not agree; the file must not be used.</exception>
    public static double Check(ModelProto model, InputSpec? input)
    {
        var difference = Difference(model, input);
        return difference <= Tolerance
            ? difference
            : throw new ProblemException(Problems.EngineFailed, $"ONNX Runtime differs from training by {difference:0.0e0}, where {Tolerance:0.0e0} is allowed: this file must not be used.");
    }

    /// <summary>The largest difference of any output between the two, relative to its largest value where that is above 1.</summary>
    /// <remarks>A graph that computes in float16 is compared in float32, for its own rounding is no difference of ours.</remarks>
    public static double Difference(ModelProto model, InputSpec? input)
    {
        var wide = Widening.IsHalf(model) ? Widening.Of(model) : model;
        using var network = new Network(wide);
        var feed = GraphFeed.Of(wide, input);
        var names = network.Outputs.Concat(OutputNames.Has(network) ? [OutputNames.LogitsOf(network)] : Array.Empty<string>()).Distinct().ToArray();
        return Ours(network, feed, names).Zip(Theirs(wide, feed, names), Difference).Max();
    }

    private static double Difference(float[] a, float[] b) =>
        a.Length != b.Length ? double.PositiveInfinity
        : a.Zip(b, (x, y) => x.Equals(y) ? 0 : (double)Math.Abs(x - y)).DefaultIfEmpty().Max() / Math.Max(1, a.Select(Math.Abs).DefaultIfEmpty().Max());

    private static float[][] Ours(Network network, GraphFeed feed, string[] names)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var values = network.Run(feed.AsTensor(), learning: false);
        return [.. names.Select(n => Network.Values(values[n].to(ScalarType.Float32)))];
    }

    private static float[][] Theirs(ModelProto model, GraphFeed feed, string[] names)
    {
        var open = model.Clone();
        foreach (var name in names.Where(n => open.Graph.Output.All(o => o.Name != n)))
        {
            open.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } } });
        }

        using var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(OnnxFile.Write(open), quiet);
        using var fed = feed.AsValue();
        using var options = new RunOptions();
        using var results = session.Run(options, [feed.Name], [fed], names);
        return [.. results.Select(Floats)];
    }

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Array.ConvertAll(value.GetTensorDataAsSpan<long>().ToArray(), v => (float)v),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => Array.ConvertAll(value.GetTensorDataAsSpan<bool>().ToArray(), v => v ? 1f : 0),
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };
}

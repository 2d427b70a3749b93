using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using Fleet.Training.Networks;
using Google.Protobuf;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Quantisation;

/// <summary>Whose 8-bit arithmetic a file is written for; a file for the one is slow on the other.</summary>
internal enum QuantisationTarget
{
    /// <summary>ONNX Runtime on a processor: unsigned activations with a zero point, biases as int32.</summary>
    Cpu,

    /// <summary>TensorRT: signed activations around zero, biases as float32.</summary>
    TensorRt,
}

/// <summary>Writes a graph in 8 bits as QuantizeLinear and DequantizeLinear, which engines fuse with what lies between them.</summary>
internal sealed class QuantisedGraph
{
    private const long OldestOpset = 13;
    private readonly ModelProto _model;
    private readonly GraphProto _graph;
    private readonly QuantisationTarget _target;
    private readonly Dictionary<string, (float Scale, int Zero)> _scales = [];
    private readonly Dictionary<string, TensorProto> _constants;

    private QuantisedGraph(ModelProto model, IReadOnlyDictionary<string, ValueRange> ranges, QuantisationPlan plan, QuantisationTarget target)
    {
        (_model, _target) = (model.Clone(), target);
        _graph = _model.Graph;
        _constants = Constants.Of(_graph);
        foreach (var value in plan.Values)
        {
            _scales[value] = ScaleOf(ranges[value]);
        }
    }

    /// <summary>Whether the graph's operator set has what is needed.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>.</exception>
    public static void ThrowIfTooOld(ModelProto model)
    {
        var opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1;
        if (opset < OldestOpset)
        {
            throw new ProblemException(Problems.ModelOperator, $"The graph is of operator set {opset}; 8-bit weights with a scale for each channel need {OldestOpset}: export it anew, or leave out int8.");
        }
    }

    /// <summary>A copy in 8 bits.</summary>
    /// <param name="model">Batch normalisation folded, weights as float32.</param>
    /// <param name="ranges">Of every value of <paramref name="plan"/>.</param>
    /// <param name="plan">What is rounded.</param>
    /// <param name="target">For whom.</param>
    public static ModelProto Of(ModelProto model, IReadOnlyDictionary<string, ValueRange> ranges, QuantisationPlan plan, QuantisationTarget target)
    {
        ThrowIfTooOld(model);
        var quantised = new QuantisedGraph(model, ranges, plan, target);
        var layers = quantised._graph.Node.Where(n => plan.Layers.Contains(n.Output[0])).ToList();
        layers.ForEach(quantised.Weights);
        foreach (var value in plan.Values)
        {
            quantised.Round(value);
        }

        quantised.RemoveUnused();
        return quantised._model;
    }

    private (float Scale, int Zero) ScaleOf(ValueRange range)
    {
        var (low, high) = (Math.Min(range.Low, 0), Math.Max(range.High, 1e-6f));
        if (_target == QuantisationTarget.TensorRt)
        {
            return (Math.Max(-low, high) / 127, 0);
        }

        var scale = (high - low) / 255;
        return (scale, (int)Math.Clamp(MathF.Round(-low / scale), 0, 255));
    }

    /// <summary>Everyone who reads the value reads it rounded, so that its maker has one reader only and can be fused.</summary>
    private void Round(string value)
    {
        var (rounded, stored) = (value + ".dq", value + ".q");
        var bytes = ByteInput(value);
        foreach (var reader in _graph.Node)
        {
            for (var i = 0; i < reader.Input.Count; i++)
            {
                reader.Input[i] = reader.Input[i] == value ? rounded : reader.Input[i];
            }
        }

        var (scale, zero) = bytes is null ? _scales[value] : (bytes.Value.Scale, 0);
        string[] steps = [Constant(value + ".scale", [scale]), Zero(value + ".zero", zero)];
        var at = IndexAfterMaker(value);
        if (bytes is null)
        {
            _graph.Node.Insert(at++, Node("QuantizeLinear", [value, .. steps], stored));
        }

        _graph.Node.Insert(at, Node("DequantizeLinear", [bytes?.Name ?? stored, .. steps], rounded));
    }

    /// <summary>A picture of bytes that is only scaled is in 8 bits already.</summary>
    private (string Name, float Scale)? ByteInput(string value)
    {
        var scaled = _graph.Node.FirstOrDefault(n => n.Output[0] == value && n.OpType == "Mul");
        var cast = scaled is null ? null : _graph.Node.FirstOrDefault(n => n.OpType == "Cast" && scaled.Input.Contains(n.Output[0]));
        var factor = scaled?.Input.Select(_constants.GetValueOrDefault).FirstOrDefault(c => c is not null);
        return _target == QuantisationTarget.Cpu && cast is not null && factor is not null && Tensors.Floats(factor) is [var scale]
            && _graph.Input.Any(i => i.Name == cast.Input[0] && i.Type.TensorType.ElemType == (int)DataType.Uint8)
            ? (cast.Input[0], scale)
            : null;
    }

    private void Weights(NodeProto layer)
    {
        var weight = _constants[layer.Input[1]];
        var values = Tensors.Floats(weight);
        var bias = layer.Input.Count > 2 && layer.Input[2].Length > 0 ? Tensors.Floats(_constants[layer.Input[2]]) : null;
        var outputs = (int)weight.Dims[0];
        var each = values.Length / outputs;
        var input = ByteInput(layer.Input[0])?.Scale ?? _scales[layer.Input[0]].Scale;
        var (scales, bytes) = (new float[outputs], new byte[values.Length]);
        for (var channel = 0; channel < outputs; channel++)
        {
            var largest = values.AsSpan(channel * each, each).ToArray().Max(MathF.Abs);

            // an almost empty channel must not make its bias too large for an int32
            scales[channel] = Math.Max(Math.Max(largest / 127, 1e-9f), MathF.Abs(bias?[channel] ?? 0) / (input * (1 << 30)));
            for (var i = channel * each; i < (channel + 1) * each; i++)
            {
                bytes[i] = (byte)(sbyte)Math.Clamp(MathF.Round(values[i] / scales[channel]), -127, 127);
            }
        }

        var name = $"{layer.Output[0]}.weight8";
        Add(name, DataType.Int8, [.. weight.Dims], bytes);
        Add(name + ".zero", DataType.Int8, [outputs], new byte[outputs]);
        layer.Input[1] = PerChannel(layer, [name, Constant(name + ".scale", scales, outputs), name + ".zero"], name + ".dq");
        if (bias is not null && _target == QuantisationTarget.Cpu)
        {
            layer.Input[2] = Bias(layer, bias, [.. scales.Select(s => s * input)]);
        }
    }

    private string Bias(NodeProto layer, float[] bias, float[] scales)
    {
        var whole = bias.Zip(scales, (b, s) => (int)Math.Clamp(Math.Round(b / (double)s), int.MinValue, int.MaxValue)).ToArray();
        var name = $"{layer.Output[0]}.bias32";
        Add(name, DataType.Int32, [bias.Length], MemoryMarshal.AsBytes(whole.AsSpan()).ToArray());
        return PerChannel(layer, [name, Constant(name + ".scale", scales, bias.Length)], name + ".dq");
    }

    private string PerChannel(NodeProto layer, string[] inputs, string output)
    {
        var node = Node("DequantizeLinear", inputs, output);
        node.Attribute.Add(GraphBuilder.Int("axis", 0));
        _graph.Node.Insert(_graph.Node.IndexOf(layer), node);
        return output;
    }

    private string Zero(string name, int zero)
    {
        Add(name, _target == QuantisationTarget.Cpu ? DataType.Uint8 : DataType.Int8, [], [(byte)zero]);
        return name;
    }

    private string Constant(string name, float[] values, params long[] shape)
    {
        _graph.Initializer.Add(Tensors.Of(name, values, shape));
        return name;
    }

    private void Add(string name, DataType type, long[] shape, byte[] raw) =>
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(raw) });

    private int IndexAfterMaker(string value)
    {
        var maker = _graph.Node.FirstOrDefault(n => n.Output.Contains(value));
        return maker is null ? 0 : _graph.Node.IndexOf(maker) + 1;
    }

    private static NodeProto Node(string type, string[] inputs, string output) => new() { OpType = type, Name = output, Input = { inputs }, Output = { output } };

    private void RemoveUnused()
    {
        for (var removed = 1; removed > 0;)
        {
            var used = _graph.Node.SelectMany(n => n.Input).Concat(_graph.Output.Select(o => o.Name)).ToHashSet();
            var idle = _graph.Node.Where(n => !n.Output.Any(used.Contains)).ToList();
            idle.ForEach(n => _graph.Node.Remove(n));
            removed = idle.Count;
        }

        BatchNormFolding.RemoveUnused(_graph);
    }
}

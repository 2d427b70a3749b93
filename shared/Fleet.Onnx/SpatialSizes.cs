using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Follows height and width of feature maps through a graph, well enough to weigh its layers against each other.</summary>
internal sealed class SpatialSizes
{
    // stands in for a free input size; only ratios between layers count
    private const int Nominal = 640;
    private readonly Dictionary<string, (double Height, double Width)> _sizes = [];
    private readonly Dictionary<string, TensorProto> _constants;

    public SpatialSizes(GraphProto graph, Dictionary<string, TensorProto> constants)
    {
        _constants = constants;
        foreach (var value in graph.Input)
        {
            Declare(value, unknown: Nominal);
        }

        var declared = graph.ValueInfo.Concat(graph.Output).GroupBy(v => v.Name).ToDictionary(g => g.Key, g => g.First());
        foreach (var node in graph.Node)
        {
            var size = After(node);
            foreach (var output in node.Output)
            {
                _sizes[output] = size;
                if (declared.TryGetValue(output, out var value))
                {
                    Declare(value, unknown: null);
                }
            }
        }
    }

    /// <summary>Positions of a feature map; 1 where it has none.</summary>
    public double Area(string value) => Of(value) is var (height, width) ? height * width : 1;

    private void Declare(ValueInfoProto value, int? unknown)
    {
        if (value.Type?.TensorType?.Shape?.Dim is [_, _, var h, var w]
            && (h.HasDimValue ? h.DimValue : unknown ?? 0, w.HasDimValue ? w.DimValue : unknown ?? 0) is ( > 0, > 0) and var size)
        {
            _sizes[value.Name] = size;
        }
    }

    private (double Height, double Width) Of(string value) => _sizes.GetValueOrDefault(value, (1, 1));

    private (double Height, double Width) After(NodeProto node)
    {
        // constants and squeezed branches are 1x1: what they are combined with gives the size
        var (height, width) = node.Input.Where(_sizes.ContainsKey).Select(Of).Aggregate((Height: 1.0, Width: 1.0), (a, b) => b.Height * b.Width > a.Height * a.Width ? b : a);
        return node.OpType switch
        {
            "Conv" or "ConvInteger" or "QLinearConv" or "MaxPool" or "AveragePool" or "LpPool" => (Window(node, height, axis: 0), Window(node, width, axis: 1)),
            "ConvTranspose" => (height * Ints(node, "strides", 0, 1), width * Ints(node, "strides", 1, 1)),
            "GlobalAveragePool" or "GlobalMaxPool" or "Flatten" or "Gemm" => (1, 1),
            "SpaceToDepth" => (height / Int(node, "blocksize", 1), width / Int(node, "blocksize", 1)),
            "DepthToSpace" => (height * Int(node, "blocksize", 1), width * Int(node, "blocksize", 1)),
            "Resize" or "Upsample" => Resized(node, height, width),
            "Slice" => Sliced(node, height, width),
            _ => (height, width),
        };
    }

    private double Window(NodeProto node, double size, int axis)
    {
        var kernel = Ints(node, "kernel_shape", axis, node.Input.Count > 1 && _constants.TryGetValue(node.Input[1], out var w) && w.Dims.Count == 4 ? w.Dims[2 + axis] : 1);
        var stride = Math.Max(Ints(node, "strides", axis, 1), 1);
        var reach = (Ints(node, "dilations", axis, 1) * (kernel - 1)) + 1;
        var padding = Ints(node, "pads", axis, 0) + Ints(node, "pads", axis + 2, 0);
        var automatic = node.Attribute.FirstOrDefault(a => a.Name == "auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        return automatic.StartsWith("SAME", StringComparison.Ordinal)
            ? Math.Ceiling(size / stride)
            : Math.Max(Math.Floor((size + padding - reach) / stride) + 1, 1);
    }

    private (double Height, double Width) Resized(NodeProto node, double height, double width)
    {
        foreach (var input in node.Input.Skip(1).Where(_constants.ContainsKey))
        {
            var tensor = _constants[input];
            if (Numbers.OfInt64(tensor) is [_, _, var toHeight, var toWidth])
            {
                return (toHeight, toWidth);
            }

            if (tensor.DataType == (int)TensorProto.Types.DataType.Float && Numbers.OfFloat(tensor) is [_, _, var byHeight, var byWidth])
            {
                return (height * byHeight, width * byWidth);
            }
        }

        var scales = node.Attribute.FirstOrDefault(a => a.Name == "scales")?.Floats;
        return scales is [_, _, var h, var w] ? (height * h, width * w) : (height * 2, width * 2);
    }

    private (double Height, double Width) Sliced(NodeProto node, double height, double width)
    {
        if (node.Input.Count == 5 && Constant(node.Input[3]) is { } axes && Constant(node.Input[4]) is { } steps && axes.Length == steps.Length)
        {
            foreach (var (axis, step) in axes.Zip(steps).Where(p => p.Second > 1))
            {
                (height, width) = axis switch { 2 or -2 => (height / step, width), 3 or -1 => (height, width / step), _ => (height, width) };
            }
        }

        return (height, width);
    }

    private long[]? Constant(string name) => _constants.TryGetValue(name, out var tensor) ? Numbers.OfInt64(tensor) : null;

    private static long Int(NodeProto node, string name, long otherwise) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I is > 0 and var i ? i : otherwise;

    private static long Ints(NodeProto node, string name, int index, long otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == name)?.Ints is { } ints && index < ints.Count ? ints[index] : otherwise;
}

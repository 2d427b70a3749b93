using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Networks;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Tests.Networks;

/// <summary>Each operator, in each form that exporters write, against ONNX Runtime.</summary>
public class OperatorTests
{
    private static readonly Dictionary<string, ModelProto> Graphs = new()
    {
        ["Conv"] = AGraph.Of(17, g => g.With("Conv", g.Weights(6, 4, 3, 3), g.Weights(6))),
        ["Conv of many taps and an odd number of channels"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(24, 24, 5, 5), g.Weights(24)], Ints("pads", 1, 1, 1, 1)), 1, 24, 12, 12),
        ["Conv strides"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(6, 4, 3, 3)], Ints("strides", 2, 1), Ints("pads", 1, 1, 1, 1))),
        ["Conv groups and dilation"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(8, 2, 3, 3)], Int("group", 2), Ints("dilations", 2, 2), Ints("pads", 2, 1, 2, 1))),
        ["Conv uneven pads"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(6, 4, 3, 3)], Ints("pads", 0, 1, 2, 0))),
        ["Conv same upper"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(6, 4, 3, 2)], Text("auto_pad", "SAME_UPPER"), Ints("strides", 2, 2))),
        ["Conv same lower"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(6, 4, 4, 2)], Text("auto_pad", "SAME_LOWER"))),
        ["Conv valid"] = AGraph.Of(17, g => g.Node("Conv", [g.X, g.Weights(6, 4, 3, 3)], Text("auto_pad", "VALID"))),
        ["ConvTranspose"] = AGraph.Of(17, g => g.Node("ConvTranspose", [g.X, g.Weights(4, 3, 3, 3), g.Weights(3)], Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1), Ints("output_padding", 1, 1))),
        ["BatchNormalization"] = AGraph.Of(17, g => g.Node("BatchNormalization", [g.X, g.Weights(4), g.Weights(4), g.Weights(4), g.Weights(4)], Float("epsilon", 0.01f))),
        ["Gemm"] = AGraph.Of(17, g => g.Node("Gemm", [g.X, g.Weights(8, 4), g.Weights(8)], Int("transB", 1), Float("alpha", 0.5f), Float("beta", 2)), 3, 4),
        ["Gemm turned"] = AGraph.Of(17, g => g.Node("Gemm", [g.X, g.Weights(3, 8)], Int("transA", 1)), 3, 4),
        ["MatMul"] = AGraph.Of(17, g => g.With("MatMul", g.Weights(9, 5))),

        ["MaxPool"] = AGraph.Of(17, g => g.On("MaxPool", Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1))),
        ["MaxPool uneven"] = AGraph.Of(17, g => g.On("MaxPool", Ints("kernel_shape", 3, 2), Ints("pads", 0, 0, 1, 1))),
        ["MaxPool ceil"] = AGraph.Of(17, g => g.On("MaxPool", Ints("kernel_shape", 2, 2), Ints("strides", 2, 2), Int("ceil_mode", 1))),
        ["MaxPool same"] = AGraph.Of(17, g => g.On("MaxPool", Ints("kernel_shape", 2, 2), Text("auto_pad", "SAME_UPPER"))),
        ["AveragePool"] = AGraph.Of(17, g => g.On("AveragePool", Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1))),
        ["AveragePool all"] = AGraph.Of(17, g => g.On("AveragePool", Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Int("count_include_pad", 1))),
        ["AveragePool uneven"] = AGraph.Of(17, g => g.On("AveragePool", Ints("kernel_shape", 3, 3), Ints("pads", 0, 1, 2, 0))),
        ["GlobalAveragePool"] = AGraph.Of(17, g => g.On("GlobalAveragePool")),
        ["GlobalMaxPool"] = AGraph.Of(17, g => g.On("GlobalMaxPool")),
        ["Resize twice"] = AGraph.Of(17, g => g.Node("Resize", [g.X, "", g.Numbers([1, 1, 2, 2], 4)], Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"))),
        ["Resize nearest"] = AGraph.Of(17, g => g.Node("Resize", [g.X, "", g.Numbers([1, 1, 1.5f, 3], 4)])),
        ["Resize sizes"] = AGraph.Of(17, g => g.Node("Resize", [g.X, "", "", g.Longs(2, 4, 5, 13)], Text("mode", "linear"))),
        ["Resize linear"] = AGraph.Of(11, g => g.Node("Resize", [g.X, g.Numbers([], 0), g.Numbers([1, 1, 2, 2], 4)], Text("mode", "linear"), Text("coordinate_transformation_mode", "pytorch_half_pixel"))),
        ["Resize corners"] = AGraph.Of(17, g => g.Node("Resize", [g.X, "", "", g.Longs(2, 4, 14, 20)], Text("mode", "linear"), Text("coordinate_transformation_mode", "align_corners"))),
        ["Resize 10"] = AGraph.Of(10, g => g.Node("Resize", [g.X, g.Numbers([1, 1, 2, 3], 4)], Text("mode", "nearest"))),
        ["Upsample"] = AGraph.Of(9, g => g.Node("Upsample", [g.X, g.Numbers([1, 1, 2, 2], 4)], Text("mode", "linear"))),

        ["Add"] = AGraph.Of(17, g => g.With("Add", g.Weights(4, 1, 1))),
        ["Sub"] = AGraph.Of(17, g => g.With("Sub", g.Weights(1, 4, 1, 1))),
        ["Mul"] = AGraph.Of(17, g => g.With("Mul", g.Weights(9))),
        ["Div"] = AGraph.Of(17, g => g.With("Div", g.Weights(1))),
        ["Div of whole numbers"] = AGraph.Of(17, g => g.Cast(g.Node("Div", [g.Longs(7, -7, 9), g.Longs(2, 2, 4)]), DataType.Float)),
        ["Pow"] = AGraph.Of(17, g => g.With("Pow", g.Numbers([1.5f]))),
        ["Max"] = AGraph.Of(17, g => g.With("Max", g.Weights(9), g.Weights(7, 1))),
        ["Min"] = AGraph.Of(17, g => g.With("Min", g.Weights(9))),
        ["Sum"] = AGraph.Of(17, g => g.With("Sum", g.Weights(9), g.Weights(1))),
        ["Equal"] = AGraph.Of(17, g => g.Cast(g.Node("Equal", [g.X, g.Node("Min", [g.X, g.Weights(9)])]), DataType.Float)),
        ["Greater, Where"] = AGraph.Of(17, g => g.Node("Where", [g.With("Greater", g.Weights(9)), g.X, g.Weights(1)])),
        ["Less"] = AGraph.Of(17, g => g.Cast(g.With("Less", g.Weights(9)), DataType.Float)),
        ["Cast"] = AGraph.Of(17, g => g.Cast(g.Cast(g.With("Mul", g.Numbers([9.7f])), DataType.Int32), DataType.Float)),
        ["Dropout"] = AGraph.Of(17, g => g.On("Dropout")),
        ["Dropout 7"] = AGraph.Of(7, g => g.On("Dropout", Float("ratio", 0.5f))),
        ["LeakyRelu"] = AGraph.Of(17, g => g.Node("LeakyRelu", [g.With("Sub", g.Weights(1))], Float("alpha", 0.2f))),
        ["PRelu"] = AGraph.Of(17, g => g.Node("PRelu", [g.With("Sub", g.Weights(1)), g.Weights(4, 1, 1)])),
        ["Elu"] = AGraph.Of(17, g => g.Node("Elu", [g.With("Sub", g.Weights(1))], Float("alpha", 0.7f))),
        ["Gelu"] = AGraph.Of(20, g => g.On("Gelu")),
        ["SiLU"] = AGraph.Of(17, g => g.With("Mul", g.On("Sigmoid"))),
        ["HardSigmoid"] = AGraph.Of(17, g => g.On("HardSigmoid", Float("alpha", 0.9f), Float("beta", 0.3f))),
        ["HardSwish"] = AGraph.Of(17, g => g.Node("HardSwish", [g.With("Mul", g.Numbers([4]))])),
        ["Clip"] = AGraph.Of(17, g => g.With("Clip", g.Numbers([0.2f]), g.Numbers([0.6f]))),
        ["Clip 6"] = AGraph.Of(6, g => g.On("Clip", Float("min", 0.2f), Float("max", 0.6f))),
        ["Softmax"] = AGraph.Of(17, g => g.On("Softmax", Int("axis", 1))),
        ["Softmax 11"] = AGraph.Of(11, g => g.On("Softmax")),
        ["ReduceMean"] = AGraph.Of(17, g => g.On("ReduceMean", Ints("axes", 2, -1), Int("keepdims", 0))),
        ["ReduceMean 18"] = AGraph.Of(18, g => g.With("ReduceMean", g.Longs(1))),
        ["ReduceSum"] = AGraph.Of(17, g => g.With("ReduceSum", g.Longs(1, 2))),
        ["ReduceMax"] = AGraph.Of(17, g => g.On("ReduceMax")),

        ["Shape, Gather, Unsqueeze, Concat, Reshape"] = AGraph.Of(11, g => g.With("Reshape", g.Node("Concat", [g.Node("Unsqueeze", [g.Node("Gather", [g.On("Shape"), g.Long(0)])], Ints("axes", 0)), g.Longs(-1)], Int("axis", 0)))),
        ["Reshape copies"] = AGraph.Of(17, g => g.With("Reshape", g.Longs(0, 2, -1, 9))),
        ["Flatten"] = AGraph.Of(17, g => g.On("Flatten", Int("axis", 2))),
        ["Transpose"] = AGraph.Of(17, g => g.On("Transpose", Ints("perm", 0, 2, 3, 1))),
        ["Squeeze"] = AGraph.Of(17, g => g.Node("Squeeze", [g.On("GlobalAveragePool"), g.Longs(-1, 2)])),
        ["Squeeze 11"] = AGraph.Of(11, g => g.Node("Squeeze", [g.On("GlobalAveragePool")], Ints("axes", 3))),
        ["Unsqueeze"] = AGraph.Of(17, g => g.With("Unsqueeze", g.Longs(0, -1))),
        ["Split"] = AGraph.Of(17, g => g.Both("Split", [g.X, g.Longs(3, 4)], Int("axis", 2))),
        ["Split 11"] = AGraph.Of(11, g => g.Both("Split", [g.X], Int("axis", 2), Ints("split", 2, 5))),
        ["Split 18"] = AGraph.Of(18, g => g.Both("Split", [g.X], Int("axis", 2), Int("num_outputs", 2))),
        ["Slice"] = AGraph.Of(17, g => g.With("Slice", g.Longs(1, -5), g.Longs(long.MaxValue, -1), g.Longs(2, 3), g.Longs(2, 1))),
        ["Slice back"] = AGraph.Of(17, g => g.With("Slice", g.Longs(-1), g.Longs(long.MinValue), g.Longs(3), g.Longs(-2))),
        ["Slice 9"] = AGraph.Of(9, g => g.On("Slice", Ints("starts", 1), Ints("ends", 3), Ints("axes", 1))),
        ["Gather"] = AGraph.Of(17, g => g.Node("Gather", [g.X, g.Longs(0, -1, 2)], Int("axis", 2))),
        ["Expand"] = AGraph.Of(17, g => g.Node("Expand", [g.On("GlobalAveragePool"), g.Longs(1, 5, 3)])),
        ["Range"] = AGraph.Of(17, g => g.Cast(g.Node("Range", [g.Long(1), g.Long(9), g.Long(3)]), DataType.Float)),
        ["Tile"] = AGraph.Of(17, g => g.With("Tile", g.Longs(1, 2, 1, 3))),
        ["ConstantOfShape"] = AGraph.Of(17, g => g.Node("ConstantOfShape", [g.On("Shape")])),
        ["Pad"] = AGraph.Of(17, g => g.With("Pad", g.Longs(0, 1, 2, 0, 0, 0, 1, 3), g.Numbers([0.5f]))),
        ["Pad 10"] = AGraph.Of(10, g => g.On("Pad", Ints("pads", 0, 0, 1, 1, 0, 0, 1, 1), Float("value", 2))),
        ["Pad edge"] = AGraph.Of(17, g => g.Node("Pad", [g.X, g.Longs(0, 0, 1, 2, 0, 0, 3, 0)], Text("mode", "edge"))),
        ["Pad reflect"] = AGraph.Of(17, g => g.Node("Pad", [g.X, g.Longs(0, 0, 1, 2, 0, 0, 3, 0)], Text("mode", "reflect"))),
        ["DepthToSpace"] = AGraph.Of(17, g => g.On("DepthToSpace", Int("blocksize", 2))),
        ["DepthToSpace CRD"] = AGraph.Of(17, g => g.On("DepthToSpace", Int("blocksize", 2), Text("mode", "CRD"))),
        ["SpaceToDepth"] = AGraph.Of(17, g => g.On("SpaceToDepth", Int("blocksize", 3)), 2, 3, 6, 9),
    };

    private static readonly string[] Simple = ["Exp", "Log", "Sqrt", "Neg", "Abs", "Floor", "Erf", "Reciprocal", "Identity", "Relu", "Sigmoid", "Tanh", "Softplus"];

    public static TheoryData<string> Names => [.. Graphs.Keys, .. Simple];

    [Theory]
    [MemberData(nameof(Names))]
    public void Computes_what_ONNX_Runtime_computes(string name)
    {
        var model = Graphs.GetValueOrDefault(name) ?? AGraph.Of(17, g => g.Node(name, [g.With("Sub", g.Numbers([name is "Log" or "Sqrt" ? -0.1f : 0.5f]))]));

        Assert.InRange(EngineAgreement.Difference(model, input: null), 0, EngineAgreement.Tolerance);
    }

    [Fact]
    public void Leaves_no_operator_that_training_knows_untried() =>
        Assert.Empty(Operators.Names.Except(Graphs.Values.SelectMany(m => m.Graph.Node).Select(n => n.OpType)).Except(Simple));
}

using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Distilling;
using Fleet.Training.Networks;
using Fleet.Training.Quantisation;
using Fleet.Training.Sparsity;
using Fleet.Vision;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static TorchSharp.torch;

namespace Fleet.Training.Tests.Quantisation;

public class QuantisedGraphTests
{
    private static readonly InputSpec Input = new("images", A.Side, A.Side, "uint8", "rgb", Scale: 1, [], [], "letterbox", Pad: 114);
    private static readonly ModelProto Trained = Sparse();

    [Theory]
    [InlineData(VariantKinds.Int8)]
    [InlineData(VariantKinds.Int8TensorRt)]
    public void Answers_in_8_bits_almost_as_in_32(string kind)
    {
        var images = A.Images(2, seed: 8);
        var (exact, rounded) = (A.Run(Made(VariantKinds.Fp32), images, 2, "ltrb"), A.Run(Made(kind), images, 2, "ltrb"));
        var spread = exact.Max() - exact.Min();

        Assert.InRange(exact.Zip(rounded, (a, b) => Math.Abs(a - b)).Average(), 1e-7, spread * 0.02);
        Assert.InRange(A.LargestDifference(exact, rounded), 0, spread * 0.15);
    }

    [Theory]
    [InlineData(VariantKinds.Int8)]
    [InlineData(VariantKinds.Int8TensorRt)]
    public void Keeps_metadata_the_2_to_4_pattern_and_exact_heads_in_a_third_of_the_bytes(string kind)
    {
        var small = Made(kind);

        Assert.Contains(small.MetadataProps, p => p is { Key: "made by", Value: "a test" });
        Assert.All(SparsityReport.Of(small).Where(l => l.Eligible), l => Assert.True(l.Valid));
        Assert.Equal(["heat.weight", "log_sides.weight"], small.Graph.Node.Where(n => n.OpType == "Conv" && !n.Input[1].EndsWith(".dq", StringComparison.Ordinal)).Select(n => n.Input[1]));
        Assert.InRange(OnnxFile.Write(small).Length, 0, OnnxFile.Write(Made(VariantKinds.Fp32)).Length * 0.34);
    }

    [Fact]
    public void A_processor_takes_the_bytes_of_the_picture_as_they_are_with_unsigned_values_and_whole_biases()
    {
        var graph = Made(VariantKinds.Int8).Graph;

        Assert.DoesNotContain(graph.Node, n => n.OpType == "Cast" && n.Input[0] == "images");
        Assert.Contains(graph.Node, n => n.OpType == "DequantizeLinear" && n.Input[0] == "images");
        Assert.All(Zeros(graph), z => Assert.Equal((int)DataType.Uint8, z.DataType));
        Assert.Contains(graph.Initializer, t => t.DataType == (int)DataType.Int32);
    }

    [Fact]
    public void TensorRT_gets_signed_values_around_zero_and_plain_biases()
    {
        var graph = Made(VariantKinds.Int8TensorRt).Graph;

        Assert.All(Zeros(graph), z => Assert.Equal(((int)DataType.Int8, (byte)0), (z.DataType, z.RawData[0])));
        Assert.DoesNotContain(graph.Initializer, t => t.DataType is (int)DataType.Int32 or (int)DataType.Uint8);
    }

    [Fact]
    public void Half_size_weights_are_widened_first()
    {
        var images = A.Images(1, seed: 8);
        var maker = new VariantMaker(HalfStorage.Of(BatchNormFolding.Fold(Trained)), Frames());

        Assert.InRange(A.LargestDifference(A.Run(maker.Make(VariantKinds.Fp32), images, 1, "ltrb"), A.Run(maker.Make(VariantKinds.Fp16), images, 1, "ltrb")), 0, 0.1f);
        Assert.DoesNotContain(maker.Make(VariantKinds.Int8).Graph.Initializer, t => t.DataType == (int)DataType.Float16);
    }

    [Fact]
    public void Refuses_an_operator_set_without_scales_for_each_channel()
    {
        var old = Trained.Clone();
        old.OpsetImport[0].Version = 11;

        var problem = Assert.Throws<ProblemException>(() => new VariantMaker(old, Frames()).Make(VariantKinds.Int8));
        Assert.Contains("operator set 11", problem.Message, StringComparison.Ordinal);
    }

    private static ModelProto Made(string kind) => new VariantMaker(Trained, Frames()).Make(kind);

    private static PictureSet Frames() => new(Input, Noise(3));

    internal static IEnumerable<Frame> Noise(int count)
    {
        var random = new Random(8);
        return Enumerable.Range(0, count).Select(_ =>
        {
            var frame = new Frame(A.Side, A.Side, 3);
            random.NextBytes(frame.Span);
            return frame;
        });
    }

    private static IEnumerable<TensorProto> Zeros(GraphProto graph) => graph.Node
        .Where(n => n.OpType == "QuantizeLinear")
        .Select(n => graph.Initializer.First(t => t.Name == n.Input[2]));

    internal static ModelProto Sparse()
    {
        using var network = new Network(A.Detector());
        using var still = no_grad();
        using var scope = NewDisposeScope();
        using var sparsity = TwoOfFour.Prune(network);
        network.Run(tensor(A.Images(2), [2, 3, A.Side, A.Side], dtype: ScalarType.Byte), learning: true);
        network.Weights["log_sides.weight"].mul_(5);
        var model = network.Export();
        OnnxMetadata.Set(model, "made by", "a test");
        return model;
    }
}

using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Tests;

public class NetworkTests
{
    private const float Tolerance = 1e-4f;
    private static readonly byte[] Images = A.Images(count: 2);

    [Theory]
    [InlineData("peaks")]
    [InlineData("ltrb")]
    public void Runs_a_graph_as_ONNX_Runtime_does(string output)
    {
        using var network = new Network(A.Detector());
        LearnStatistics(network);

        Assert.InRange(A.LargestDifference(Run(network, output), A.Run(network.Export(), Images, 2, output)), 0, Tolerance);
    }

    [Theory]
    [InlineData("peaks")]
    [InlineData("ltrb")]
    public void Gives_the_same_answers_with_batch_normalisation_folded(string output)
    {
        using var network = new Network(A.Detector());
        LearnStatistics(network);
        var folded = BatchNormFolding.Fold(network.Export());

        Assert.DoesNotContain(folded.Graph.Node, n => n.OpType == "BatchNormalization");
        Assert.InRange(A.LargestDifference(Run(network, output), A.Run(folded, Images, 2, output)), 0, Tolerance);
    }

    [Fact]
    public void Trains_on_from_a_file_with_half_size_weights_and_keeps_that_form()
    {
        var small = HalfStorage.Of(BatchNormFolding.Fold(A.Detector(channels: 16)));
        using var network = new Network(small);
        Assert.Equal(A.Run(small, Images, 2, "ltrb"), Run(network, "ltrb"), (a, b) => Math.Abs(a - b) <= Tolerance);

        using (no_grad())
        {
            network.Weights["heat.bias"].fill_(0.25f);
            network.Weights["stem_n.weight.half"].mul_(0.5f);
        }

        var changed = network.Export();
        Assert.Equal(OnnxFile.Write(small).Length, OnnxFile.Write(changed).Length);
        Assert.InRange(A.LargestDifference(Run(network, "peaks"), A.Run(changed, Images, 2, "peaks")), 0, Tolerance);
    }

    [Fact]
    public void Half_size_weights_halve_the_file()
    {
        var folded = BatchNormFolding.Fold(A.Detector(channels: 16));
        Assert.InRange(OnnxFile.Write(HalfStorage.Of(folded)).Length, 0, (int)(OnnxFile.Write(folded).Length * 0.55));
    }

    [Fact]
    public void Refuses_an_operator_it_does_not_know_by_name()
    {
        var model = A.Detector();
        model.Graph.Node.Insert(3, new NodeProto { OpType = "Softsign", Name = "odd", Input = { "images_float" }, Output = { "odd_value" } });

        var problem = Assert.Throws<ProblemException>(() => new Network(model));
        Assert.Equal(Problems.ModelOperator, problem.Kind);
        Assert.Contains("'odd' is a Softsign", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_form_of_an_operator_it_does_not_know()
    {
        var model = A.Detector();
        var resize = model.Graph.Node.First(n => n.OpType == "Resize");
        resize.Attribute.First(a => a.Name == "mode").S = Google.Protobuf.ByteString.CopyFromUtf8("cubic");
        using var network = new Network(model);

        var problem = Assert.Throws<ProblemException>(() => Run(network, "peaks"));
        Assert.Contains("mode 'cubic'", problem.Message, StringComparison.Ordinal);
    }

    private static float[] Run(Network network, string output)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        return Network.Values(network.Run(Input(), learning: false)[output]);
    }

    private static void LearnStatistics(Network network)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        network.Run(Input(), learning: true);
    }

    private static Tensor Input() => tensor(Images, [2, 3, A.Side, A.Side], dtype: ScalarType.Byte);
}

using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Graphs;
using Fleet.Training.Networks;
using Fleet.Training.Quantisation;
using Fleet.Training.Runs;
using Fleet.Training.Tests.Quantisation;
using Fleet.Vision;

namespace Fleet.Training.Tests.Runs;

public sealed class VariantSetTests : IDisposable
{
    private static readonly HeadFit Fit = new("fleet", ["box"], new("images", A.Side, A.Side, "uint8", "rgb", Scale: 1, [], [], "letterbox", Pad: 114), ScoreThreshold: 0.3f);
    private readonly TempFolder _folder = new();

    [Fact]
    public void Dense_and_pruned_forms_stand_in_one_version_and_every_listed_one_reproduces_its_clip()
    {
        var result = BatchNormFolding.Fold(QuantisedGraphTests.Sparse());
        OnnxMetadata.Set(result, Fit);
        OnnxFile.Write(result, _folder.At("model.onnx"));
        using var judge = new Judge(_folder.At("model.onnx"));
        var set = new VariantSet(_folder.Path, Fit, [.. QuantisedGraphTests.Noise(10).Select((f, i) => new TruthFrame($"{i}", f, []))], []);

        var (clip, forms) = set.Clip(judge, set.Write([VariantKinds.Fp32, VariantKinds.Int8], result, isSparse: true, dense: result, reference: null));

        Assert.Equal(["fp32-2:4", "int8-2:4", "fp32", "int8"], forms.Select(f => f.Name));
        Assert.All(forms.Where(f => f.Name.StartsWith("fp32", StringComparison.Ordinal)), f => Assert.True(f.Listed));
        Assert.All(forms.Where(f => f.Listed), form =>
        {
            using var other = new Judge(_folder.At(form.File));
            Assert.Null(clip.Prove(png => Pictures.Decode(png, "golden"), f => other.Detect(f, 0.3f), 0.3f));
        });
    }

    [Fact]
    public void A_dense_parent_that_answers_otherwise_is_written_but_not_listed()
    {
        var result = BatchNormFolding.Fold(QuantisedGraphTests.Sparse());
        var other = result.Clone();
        var heat = other.Graph.Initializer.First(t => t.Name == "heat.bias");
        Tensors.Store(heat, [.. Tensors.Floats(heat).Select(b => b + 6)]);
        OnnxMetadata.Set(result, Fit);
        OnnxFile.Write(result, _folder.At("model.onnx"));
        using var judge = new Judge(_folder.At("model.onnx"));
        var set = new VariantSet(_folder.Path, Fit, [.. QuantisedGraphTests.Noise(10).Select((f, i) => new TruthFrame($"{i}", f, []))], []);

        var (clip, forms) = set.Clip(judge, set.Write([VariantKinds.Fp32], result, isSparse: true, dense: other, reference: null));

        Assert.Equal([("fp32-2:4", true), ("fp32", false)], forms.Select(f => (f.Name, f.Listed)));
        Assert.Contains("on 0 of 10 frames only", forms[1].Remark, StringComparison.Ordinal);
        Assert.Equal(10, clip.Frames.Count);
    }

    [Fact]
    public void A_form_that_costs_more_than_a_point_is_written_but_not_listed()
    {
        var result = BatchNormFolding.Fold(QuantisedGraphTests.Sparse());
        List<TruthFrame> frames = [.. QuantisedGraphTests.Noise(3).Select((f, i) => new TruthFrame($"{i}", f, [new Annotation("box", new Box(1, 2, 20, 20))]))];
        var perfect = new DetectionScores(Frames: 3, Objects: 3, Map50: 1, Map75: 1, Map: 1, Precision: 1, Recall: 1, CountError: 0, Classes: []);

        var form = Assert.Single(new VariantSet(_folder.Path, Fit, frames, frames).Write([VariantKinds.Int8], result, isSparse: false, dense: null, perfect));

        Assert.False(form.Listed);
        Assert.Contains("more than a point", form.Remark, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At(form.File)));
    }

    public void Dispose() => _folder.Dispose();
}

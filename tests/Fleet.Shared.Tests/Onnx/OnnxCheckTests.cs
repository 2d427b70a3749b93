using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using static Fleet.Shared.Tests.Onnx.TinyNetwork;

namespace Fleet.Shared.Tests.Onnx;

public sealed class OnnxCheckTests
{
    [Fact]
    public void Reports_what_a_file_says_without_running_it()
    {
        var model = Build();
        OnnxMetadata.Set(model, Fit);
        var report = OnnxCheck.Inspect(OnnxFile.Write(model));

        Assert.Equal("images uint8[1,3,32,32]", Assert.Single(report.Inputs).ToString());
        Assert.Equal(["peaks float32[1,1,8,8]", "ltrb float32[1,4,8,8]"], report.Outputs.Select(o => o.ToString()));
        Assert.Equal(2, report.Operators["ai.onnx"]["Conv"]);
        Assert.Equal((17, 7, 48 + 192 + 4), (report.Opset, report.Nodes, report.Parameters));
        var fit = OnnxCheck.FitHead(report, "fleet", classes: null, input: null);
        Assert.Equal(["carton"], fit.Classes);
        Assert.Equal(0.3f, fit.ScoreThreshold);
        Assert.Equal(("letterbox", 32), (fit.Input.Fit, fit.Input.WidthPx));
    }

    [Fact]
    public void Takes_the_input_from_the_heads_convention_when_nobody_says_it()
    {
        var fit = OnnxCheck.FitHead(OnnxCheck.Inspect(OnnxFile.Write(Build())), "fleet", ["carton"], input: null);
        Assert.Equal(("images", "uint8", "rgb", (byte)114), (fit.Input.Name, fit.Input.Element, fit.Input.Color, fit.Input.Pad));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS pointer")]
    [InlineData("<html>404</html>", "web page")]
    [InlineData("", "empty")]
    [InlineData("just some text that is no model", "cannot be read")]
    public void Says_what_a_file_is_that_is_no_model(string content, string sentence) =>
        Refuses(Problems.ModelNotOnnx, Encoding.UTF8.GetBytes(content), sentence);

    [Fact]
    public void Refuses_a_file_that_was_cut_off() => Refuses(Problems.ModelNotOnnx, OnnxFile.Write(Build())[..^100], "cut off");

    [Fact]
    public void Refuses_weights_outside_the_file()
    {
        var model = Build();
        model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
        model.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
        Refuses(Problems.ModelUnsafe, model, "../../etc/passwd");
    }

    [Fact]
    public void Refuses_weights_outside_the_file_in_every_hiding_place()
    {
        var outside = new TensorProto { Name = "w", DataType = 1 };
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "x" });
        var inConstant = Build();
        inConstant.Graph.Node.Add(Node("Constant", [], "c", new AttributeProto { Name = "value", T = outside }));
        var inBranch = Build();
        inBranch.Graph.Node.Add(Node("If", ["c"], "d", new AttributeProto { Name = "then_branch", G = new GraphProto { Initializer = { outside } } }));
        var inSparse = Build();
        inSparse.Graph.SparseInitializer.Add(new SparseTensorProto { Values = outside });
        var inFunction = Build();
        inFunction.Functions.Add(new FunctionProto { Name = "f", Domain = "mine", Node = { Node("Constant", [], "c", new AttributeProto { Name = "value", T = outside }) } });
        Assert.All([inConstant, inBranch, inSparse, inFunction], model => Refuses(Problems.ModelUnsafe, model, "outside the file"));
    }

    [Fact]
    public void Refuses_operators_that_bring_native_code()
    {
        var custom = Build();
        custom.Graph.Node[0].Domain = "evil.domain";
        Refuses(Problems.ModelUnsafe, custom, "evil.domain:Cast");
        var compiled = Build();
        compiled.Graph.Node.Add(new NodeProto { OpType = "EPContext", Domain = "com.microsoft", Output = { "y" } });
        Refuses(Problems.ModelUnsafe, compiled, "EPContext");
    }

    [Fact]
    public void Refuses_an_operator_that_nobody_knows()
    {
        var model = Build();
        model.Graph.Node[1].OpType = "Convolve";
        Refuses(Problems.ModelOperator, model, "Convolve");
    }

    [Fact]
    public void Refuses_tensors_that_claim_more_than_the_file_holds()
    {
        var model = Build();
        model.Graph.Initializer[0].Dims.Clear();
        model.Graph.Initializer[0].Dims.Add([1L << 40, 1L << 40, 1L << 40, 1L << 40]);
        Refuses(Problems.ModelTooLarge, model, "claims");
    }

    [Fact]
    public void Refuses_a_few_bytes_that_ask_for_gigabytes()
    {
        var model = Build();
        var shape = new TensorProto { Name = "shape", DataType = 7, Dims = { 1 }, Int64Data = { 1L << 36 } };
        model.Graph.Initializer.Add(shape);
        model.Graph.Node.Add(Node("ConstantOfShape", ["shape"], "bomb"));
        Refuses(Problems.ModelTooLarge, model, "ConstantOfShape");
        var input = Build();
        input.Graph.Input[0] = Value("images", 2, 1, 3, 1 << 20, 1 << 20);
        Refuses(Problems.ModelTooLarge, input, "images");
    }

    [Fact]
    public void Refuses_too_many_operators_and_too_deep_graphs()
    {
        var limits = new OnnxLimits { MaxNodes = 5, MaxNesting = 2, MaxParts = 2000 };
        Assert.Equal(Problems.ModelTooLarge, Assert.Throws<ProblemException>(() => OnnxCheck.Inspect(OnnxFile.Write(Build()), limits)).Kind);
        var deep = new GraphProto();
        for (var i = 0; i < 40; i++)
        {
            deep = new GraphProto { Node = { Node("If", ["c"], "d", new AttributeProto { Name = "then_branch", G = deep }) } };
        }

        var model = Build();
        model.Graph.Node.Add(deep.Node[0]);
        Refuses(Problems.ModelTooLarge, model, "nests");
        var many = Build();
        many.Graph.Node.Add(Enumerable.Range(0, 2000).Select(_ => new NodeProto()));
        Assert.Contains("parts", Assert.Throws<ProblemException>(() => OnnxCheck.Inspect(OnnxFile.Write(many), limits with { MaxNodes = 5000 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_network_that_has_no_end()
    {
        var circle = Build();
        circle.Graph.Node.Add([Node("Relu", ["b"], "a"), Node("Relu", ["a"], "b")]);
        Refuses(Problems.ModelUnsafe, circle, "wait for each other");
        var inside = Build();
        inside.Graph.Node.Add(Node("If", ["c"], "d", new AttributeProto { Name = "then_branch", G = new GraphProto { Node = { Node("Relu", ["d"], "e") } } }));
        Refuses(Problems.ModelUnsafe, inside, "wait for each other");
        var itself = Build();
        itself.Functions.Add([Calling("f", "g", times: 1), Calling("g", "f", times: 1)]);
        itself.Graph.Node.Add(Call("f"));
        Refuses(Problems.ModelUnsafe, itself, "calls itself");
    }

    [Fact]
    public void Refuses_functions_that_multiply()
    {
        var model = Build();
        model.Functions.Add(Enumerable.Range(0, 30).Select(i => Calling($"f{i}", $"f{i + 1}", times: 10)));
        model.Functions.Add(new FunctionProto { Name = "f30", Domain = "mine", Node = { Node("Relu", ["x"], "y") } });
        model.Graph.Node.Add(Call("f0"));
        Refuses(Problems.ModelTooLarge, model, "written out");
    }

    [Fact]
    public async Task Never_reads_beyond_the_limit()
    {
        using var stream = new MemoryStream(OnnxFile.Write(Build()));
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => OnnxCheck.InspectAsync(stream, new() { MaxFileBytes = 100 }, TestContext.Current.CancellationToken));
        Assert.Equal(Problems.ModelTooLarge, refusal.Kind);
    }

    [Theory]
    [InlineData("fleet", 2, "2 class names")]
    [InlineData("yolox", 1, "looks like head 'fleet'")]
    [InlineData("centernett", 1, "wanted fleet or yolox")]
    [InlineData("ssd", 1, "looks like head 'fleet'")]
    public void Says_what_was_seen_and_wanted_when_a_head_does_not_fit(string head, int classes, string sentence)
    {
        var report = OnnxCheck.Inspect(OnnxFile.Write(Build()));
        var names = Enumerable.Range(0, classes).Select(i => $"class {i}").ToList();
        var refusal = Assert.Throws<ProblemException>(() => OnnxCheck.FitHead(report, head, names, input: null));
        Assert.Equal(Problems.ModelHead, refusal.Kind);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explains_an_input_of_another_size()
    {
        var report = OnnxCheck.Inspect(OnnxFile.Write(Build()));
        var refusal = Assert.Throws<ProblemException>(() => OnnxCheck.FitHead(report, "fleet", ["carton"], Input with { WidthPx = 100 }));
        Assert.Contains("images uint8[1,3,32,32]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("images uint8[1,3,32,100]", refusal.Message, StringComparison.Ordinal);
    }

    private static FunctionProto Calling(string name, string callee, int times) =>
        new() { Name = name, Domain = "mine", Node = { Enumerable.Range(0, times).Select(_ => Call(callee)) } };

    private static NodeProto Call(string function) => new() { OpType = function, Domain = "mine" };

    private static void Refuses(ProblemKind kind, ModelProto model, string sentence) => Refuses(kind, OnnxFile.Write(model), sentence);

    private static void Refuses(ProblemKind kind, byte[] bytes, string sentence)
    {
        var refusal = Assert.Throws<ProblemException>(() => OnnxCheck.Inspect(bytes));
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(kind, refusal.Kind);
    }
}

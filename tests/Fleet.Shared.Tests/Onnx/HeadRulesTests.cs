using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;

namespace Fleet.Shared.Tests.Onnx;

/// <summary>What a file's shapes and metadata say about its use.</summary>
public sealed class HeadRulesTests
{
    [Theory]
    [InlineData("yolox", "x[1,3,416,416]", "output[1,3549,85]")]
    [InlineData("yolov5", "x[1,3,640,640]", "output[1,25200,85]")]
    [InlineData("yolov8", "x[1,3,640,640]", "output0[1,84,8400]")]
    [InlineData("ssd", "x[1,3,240,320]", "scores[1,4420,2] boxes[1,4420,4]")]
    [InlineData("fastestdet", "x[1,3,352,352]", "758[1,85,22,22]")]
    [InlineData("nanodet", "x[1,3,416,416]", "a[1,2704,80] b[1,676,80] c[1,169,80] d[1,2704,32] e[1,676,32] f[1,169,32]")]
    [InlineData("nanodet", "x[1,3,416,416]", "output[1,3598,112]")]
    [InlineData("centernet", "x[1,3,512,512]", "hm[1,80,128,128] wh[1,2,128,128] reg[1,2,128,128]")]
    [InlineData("classes", "x[0,3,224,224]", "y[0,1000]")]
    [InlineData("classes", "x[0,3,224,224]", "y[1,1000,1,1]")]
    public void Recognises_a_head_by_its_shapes(string head, string input, string outputs)
    {
        var fit = Fit(File(input, outputs), new() { AllowUnnamed = true });
        Assert.Equal(head, fit.Head);
        Assert.Equal(outputs.Contains("[1,4420", StringComparison.Ordinal) ? "face" : outputs.Contains("1000", StringComparison.Ordinal) ? "class 0" : "person", fit.Classes[0]);
    }

    [Theory]
    [InlineData("x[0,1,224,224]", "y[0,1,672,672]", "super-resolution: it makes a picture 3 times the size")]
    [InlineData("x[0,3,0,0]", "y[0,1,0,0]", "head 'heatmap' makes a box of each")]
    [InlineData("x[1,3,64,64]", "y[1,7,5,3]", "They are those of no head that is known")]
    [InlineData("x[1,3,64,64]", "y[1,9,8,8]", "They are those of no head that is known")]
    public void Says_what_was_seen_where_no_head_fits(string input, string outputs, string sentence)
    {
        var refusal = Refusal(File(input, outputs), new());
        Assert.Contains(sentence, refusal, StringComparison.Ordinal);
        Assert.Contains("y float32[", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yolox", "Its head is 'classes'")]
    [InlineData("heatmap", "Its head is 'classes'")]
    public void Says_that_a_classifier_is_no_detector(string head, string sentence) =>
        Assert.Contains(sentence, Refusal(File("x[1,1,28,28]", "y[1,10]"), new() { Head = head }), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_heat_map_that_is_larger_than_its_picture() =>
        Assert.Contains("super-resolution", Refusal(File("x[1,1,224,224]", "y[1,1,672,672]"), new() { Head = "heatmap", Classes = ["text"] }), StringComparison.Ordinal);

    [Fact]
    public void Asks_for_the_size_that_a_file_leaves_free()
    {
        var file = File("x[0,3,0,0]", "y[0,2]");
        Assert.Contains("Say its size, as in 640x480", Refusal(file, new() { AllowUnnamed = true }), StringComparison.Ordinal);
        var input = Fit(file, new() { Classes = ["up", "down"], Options = new() { WidthPx = 192, HeightPx = 48 } }).Input;
        Assert.Equal((192, 48), (input.WidthPx, input.HeightPx));
    }

    [Theory]
    [InlineData("Softmax", "probabilities")]
    [InlineData("Sigmoid", "probabilities")]
    [InlineData("Relu", "softmax")]
    public void Finds_out_whether_scores_are_shares_or_logits(string last, string scores)
    {
        var model = File("x[1,3,224,224]", "y[1,1000]");
        model.Graph.Node.Add(TinyNetwork.Node(last, ["x"], "made"));
        model.Graph.Node.Add(TinyNetwork.Node("Flatten", ["made"], "y"));
        Assert.Equal(scores, Fit(model, new() { AllowUnnamed = true }).Scores);
        Assert.Equal("sigmoid", Fit(model, new() { AllowUnnamed = true, Scores = "sigmoid" }).Scores);
    }

    [Fact]
    public void Reads_what_ultralytics_writes()
    {
        var model = File("images[0,3,0,0]", "output0[0,0,0]");
        OnnxMetadata.Set(model, "task", "detect");
        OnnxMetadata.Set(model, "stride", "32");
        OnnxMetadata.Set(model, "imgsz", "[480, 640]");
        OnnxMetadata.Set(model, "names", """{0: 'carton', 1: "driver's cab", 2: 'caf\xe9 \\ bar'}""");
        var fit = Fit(model, new());
        Assert.Equal("yolov8", fit.Head);
        Assert.Equal(["carton", "driver's cab", "café \\ bar"], fit.Classes);
        Assert.Equal((640, 480, "rgb", "letterbox", 1f / 255), (fit.Input.WidthPx, fit.Input.HeightPx, fit.Input.Color, fit.Input.Fit, fit.Input.Scale));
    }

    [Theory]
    [InlineData("segment", "{0: 'a'}", "wanted is detect or classify")]
    [InlineData("detect", "{0: 'a', 2: 'b'}", "no name for class 1")]
    [InlineData("detect", "{0: 'a'", "is not what Python's repr writes")]
    [InlineData("detect", "[[[[[[[[[[[['a']]]]]]]]]]]]", "nests more than")]
    [InlineData("detect", "__import__('os').system('ls')", "is not what Python's repr writes")]
    public void Refuses_metadata_it_cannot_follow(string task, string names, string sentence)
    {
        var model = File("images[1,3,64,64]", "output0[1,5,84]");
        OnnxMetadata.Set(model, "task", task);
        OnnxMetadata.Set(model, "names", names);
        Assert.Contains(sentence, Refusal(model, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void Follows_onnx_own_words_for_an_image()
    {
        var model = File("x[1,1,28,28]", "y[1,10]");
        OnnxMetadata.Set(model, "Image.NominalPixelRange", "NominalRange_0_255");
        var input = Fit(model, new() { AllowUnnamed = true }).Input;
        Assert.Equal(("gray", 1f), (input.Color, input.Scale));
    }

    [Fact]
    public void Feeds_a_classifier_from_caffe_as_caffe_does()
    {
        var model = File("x[1,3,224,224]", "y[1,1000,1,1]");
        Assert.Equal(("rgb", 1f / 255), (Fit(model, new() { AllowUnnamed = true }).Input.Color, Fit(model, new() { AllowUnnamed = true }).Input.Scale));
        model.ProducerName = "onnx-caffe2";
        var input = Fit(model, new() { AllowUnnamed = true }).Input;
        Assert.Equal(("bgr", 1f), (input.Color, input.Scale));
        Assert.Equal([104f, 117, 123], input.Mean);
    }

    [Fact]
    public void Puts_what_the_user_says_before_the_convention()
    {
        var file = File("x[1,3,416,416]", "output[1,3549,85]");
        var plain = Fit(file, new()).Input;
        Assert.Equal(("bgr", "letterbox-topleft", (byte)114), (plain.Color, plain.Fit, plain.Pad));
        var said = Fit(file, new() { Options = new() { Color = "rgb", Mean = [1, 2, 3], Fit = "stretch", Pad = 0 } }).Input;
        Assert.Equal(("rgb", "stretch", (byte)0, 1f), (said.Color, said.Fit, said.Pad, said.Scale));
        Assert.Equal([1f, 2, 3], said.Mean);
    }

    [Fact]
    public void Sees_pixels_that_come_before_planes()
    {
        var input = Fit(File("x[1,240,320,3]", "y[1,5]"), new() { AllowUnnamed = true }).Input;
        Assert.Equal(("nhwc", 320, 240), (input.Layout, input.WidthPx, input.HeightPx));
    }

    [Fact]
    public void Explains_tiles_that_do_not_go_into_one_call()
    {
        Assert.Contains("the size of the frame they are cut from", Refusal(File("x[0,100]", "y[0,1]"), new()), StringComparison.Ordinal);
        var request = new HeadRequest { Classes = ["satellite"], Options = new() { WidthPx = 640, HeightPx = 480 } };
        var fit = Fit(File("x[0,100]", "y[0,1]"), request);
        Assert.Equal(("tiles", 10, "gray"), (fit.Head, fit.Input.TilePx, fit.Input.Color));
        Assert.Contains("3072 tiles of 10x10 px, all fed in one call, and the file takes 1", Refusal(File("x[1,100]", "y[1,1]"), request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, "gray", "A gray tile of 8x8 px has 64 values, and the file takes 100: say tiles of 10x10 px and grey.")]
    [InlineData(10, "rgb", "A rgb tile of 10x10 px has 300 values, and the file takes 100: say tiles of 10x10 px and grey.")]
    public void Explains_tiles_of_another_size_than_the_network_takes(int tilePx, string color, string fix)
    {
        var request = new HeadRequest { Classes = ["satellite"], Options = new() { WidthPx = 640, HeightPx = 480, TilePx = tilePx, Color = color } };
        var text = Refusal(File("x[0,100]", "y[0,1]"), request);
        Assert.Contains("The file's input is x float32[", text, StringComparison.Ordinal);
        Assert.EndsWith(fix, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Explains_a_picture_for_a_network_of_tiles()
    {
        var request = new HeadRequest { Head = "tiles", Classes = ["satellite"], Options = new() { WidthPx = 640, HeightPx = 480, Layout = "nchw" } };
        Assert.EndsWith("The file takes a list of tiles, not a picture: say the layout tiles and the side of a tile.", Refusal(File("x[0,100]", "y[0,1]"), request), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_outputs_whose_length_changes_from_frame_to_frame()
    {
        var model = File("x[1,3,64,64]", "y[0,7]");
        model.Graph.Node.Add(TinyNetwork.Node("NonMaxSuppression", ["x"], "y"));
        Assert.Contains("Export it without suppression", Refusal(model, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_boxes_that_were_suppressed_to_a_fixed_length()
    {
        var model = File("x[1,3,64,64]", "y[1,300,6]");
        model.Graph.Node.Add(TinyNetwork.Node("NonMaxSuppression", ["x"], "y"));
        Assert.Equal("yolov8", Fit(model, new() { Head = "yolov8", Classes = ["carton"] }).Head);
    }

    [Fact]
    public void Refuses_scores_that_are_whole_numbers()
    {
        var model = File("x[1,3,64,64]", "y[1,10]");
        model.Graph.Output[0].Type.TensorType.ElemType = 7;
        Assert.Contains("y int64[1,10]; wanted is float32 or float16", Refusal(model, new() { AllowUnnamed = true }), StringComparison.Ordinal);
    }

    private static HeadFit Fit(ModelProto model, HeadRequest request) => OnnxCheck.FitHead(OnnxCheck.Inspect(OnnxFile.Write(model)), request);

    private static string Refusal(ModelProto model, HeadRequest request)
    {
        var refusal = Assert.Throws<ProblemException>(() => Fit(model, request));
        Assert.Equal(Problems.ModelHead, refusal.Kind);
        return refusal.Message;
    }

    /// <summary>A file with these inputs and outputs, as in <c>y[1,10]</c>; 0 is a free dimension.</summary>
    private static ModelProto File(string input, string outputs)
    {
        var graph = new GraphProto { Name = "shapes" };
        graph.Input.Add(Value(input));
        graph.Node.Add(TinyNetwork.Node("Identity", [graph.Input[0].Name], "seen"));
        graph.Output.AddRange(outputs.Split(' ').Select(Value));
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    private static ValueInfoProto Value(string text)
    {
        var parts = text.TrimEnd(']').Split('[');
        return TinyNetwork.Value(parts[0], 1, [.. parts[1].Split(',').Select(long.Parse)]);
    }
}

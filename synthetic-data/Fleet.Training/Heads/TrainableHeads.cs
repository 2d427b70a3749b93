using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>The heads that labels can be learnt with, and what each needs for it.</summary>
internal static class TrainableHeads
{
    public static readonly IReadOnlyList<string> Known = [HeadKinds.Fleet, HeadKinds.Yolox, HeadKinds.FastestDet, HeadKinds.NanoDet, HeadKinds.Classes];

    /// <summary>Head, classes and input of a network, if labels can be learnt with it.</summary>
    /// <param name="model">Whoever made it.</param>
    /// <param name="size">For a network that leaves the size of its input free.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: the head is not known, or labels cannot be learnt with it here.</exception>
    public static HeadFit FitOf(ModelProto model, FrameSize? size = null)
    {
        var report = OnnxCheck.Inspect(OnnxFile.Write(model));
        var isFree = report.Inputs is [{ Shape: { Count: 4 } shape }, ..] && shape.Skip(2).Any(d => d.Size is null);
        var options = isFree && size is { } given ? new InputOptions { WidthPx = given.Width, HeightPx = given.Height } : new InputOptions();
        var fit = OnnxCheck.FitHead(report, new HeadRequest { AllowUnnamed = true, Options = options });
        return Known.Contains(fit.Head) && fit.Input.Layout != Layouts.Tiles
            ? fit
            : throw new ProblemException(Problems.ModelHead, $"The network has the head '{fit.Head}': labels can be learnt with {string.Join(", ", Known)}. Pruned to 2:4 and recovered it can be all the same, by 'sparsify', which needs no labels.");
    }

    /// <summary>The loss of a network.</summary>
    /// <param name="model">Its graph.</param>
    /// <param name="network">The same, to be run.</param>
    /// <param name="fit">Its head, with the classes that it has now.</param>
    public static IHeadLoss LossOf(ModelProto model, Network network, HeadFit fit) => fit.Head switch
    {
        HeadKinds.Fleet => new FleetLoss(network, new FrameSize(fit.Input.WidthPx, fit.Input.HeightPx), fit.Classes.Count),
        HeadKinds.Classes => new ClassesLoss(network, fit.Scores),
        _ => new AnchorLoss(ReaderOf(model, fit), fit.Classes.Count),
    };

    /// <summary>What of a network's values are its classes, and what are not.</summary>
    public static Func<IReadOnlyDictionary<string, Tensor>, (Tensor Classes, IReadOnlyList<Tensor> Others)> PartsOf(ModelProto model, Network network, HeadFit fit)
    {
        if (fit.Head == HeadKinds.Fleet)
        {
            var logits = OutputNames.LogitsOf(network);
            return values => (values[logits], [values[OutputNames.Sides]]);
        }

        if (fit.Head == HeadKinds.Classes)
        {
            var output = network.Outputs.First();
            return values => (values[output], []);
        }

        var reader = ReaderOf(model, fit);
        return values =>
        {
            var read = reader.Read(values);
            return (read.Classes, read.Objectness is { } there ? [read.Boxes, there] : [read.Boxes]);
        };
    }

    private static IAnchorReader ReaderOf(ModelProto model, HeadFit fit)
    {
        var report = OnnxCheck.Inspect(OnnxFile.Write(model));
        var facts = new HeadFacts([.. report.Outputs.Select(o => new HeadTensor(o.Name, [.. o.Shape.Select(d => d.Size)]))], fit.Input.WidthPx, fit.Input.HeightPx, fit.Classes.Count);
        var match = HeadShapes.Match(fit.Head, facts) ?? throw new ProblemException(Problems.ModelHead, $"The network's outputs are {string.Join(", ", report.Outputs)}; head '{fit.Head}' wants {HeadShapes.Wanted(fit.Head, facts)}.");
        var names = match.Roles.Select(r => report.Outputs[r].Name).ToList();
        return fit.Head switch
        {
            HeadKinds.Yolox => new YoloxReader(names[0], match.Form, fit.Input),
            HeadKinds.FastestDet => new FastestDetReader(names[0], Side(report.Outputs[match.Roles[0]], axis: 3, fit.Input.WidthPx), Side(report.Outputs[match.Roles[0]], axis: 2, fit.Input.HeightPx), fit.Input),
            _ => new NanoDetReader([.. names.Count == 1 ? [(names[0], names[0])] : names.Chunk(2).Select(pair => (pair[0], pair[1]))], match.Form == HeadForm.OneOutput, fit.Input, fit.Classes.Count),
        };
    }

    // FastestDet has one grid, of stride 16
    private static int Side(OnnxValue output, int axis, int inputPx) => (int)(output.Shape[axis].Size ?? inputPx / 16);
}

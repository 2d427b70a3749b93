using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Distilling;
using Fleet.Training.Evaluation;
using Fleet.Training.Quantisation;
using Fleet.Vision;

namespace Fleet.Training.Runs;

/// <summary>Writes a trained network in all forms that its recipe asks for, and says which of them a version may list.</summary>
/// <remarks>
/// The dense parent's forms stand beside those of the pruned network: a device races them all. They are two networks with nearly the same answers,
/// so that a golden clip of both allows for more difference than one of a single network. Every form is listed that costs at most a point
/// and answers as the result does on enough frames for a clip.
/// </remarks>
internal sealed class VariantSet(string folder, HeadFit fit, IReadOnlyList<TruthFrame> frames, IReadOnlyList<TruthFrame> held)
{
    private const double LargestLoss = 0.01;
    private const int LeastFrames = 8;
    private static readonly GoldenClip OfOne = new([]);
    private static readonly GoldenClip OfTwo = new([], MinIou: 0.7f, ScoreTolerance: 0.2f);

    /// <summary>Writes the forms of the result and of its dense parent.</summary>
    /// <param name="kinds">Which forms.</param>
    /// <param name="result">Weights as float32.</param>
    /// <param name="isSparse">Whether it is pruned.</param>
    /// <param name="dense">Its parent; null where nothing was pruned.</param>
    /// <param name="reference">Of the result on <paramref name="held"/>.</param>
    public IReadOnlyList<VariantMeasure> Write(IReadOnlyList<string> kinds, ModelProto result, bool isSparse, ModelProto? dense, DetectionScores? reference)
    {
        if (kinds.Count == 0)
        {
            return [];
        }

        Directory.CreateDirectory(Path.Combine(folder, TrainedFiles.Variants));
        var pictures = new PictureSet(fit.Input, frames.Select(f => f.Frame));
        var maker = new VariantMaker(result, pictures);
        var forms = kinds.Select(k => Form(k, isSparse ? VariantNames.SparseSuffix : "", maker)).Select(f => Judged(f, reference));
        var parent = dense is null ? null : new VariantMaker(dense, pictures);
        return [.. forms, .. parent is null ? [] : kinds.Select(k => Judged(Form(k, "", parent), reference))];
    }

    /// <summary>Frames for a golden clip that every listed form reproduces; a form with which there would be too few is no longer listed.</summary>
    /// <param name="result">Judge of the result.</param>
    /// <param name="forms">From <see cref="Write"/>.</param>
    public (GoldenClip Clip, IReadOnlyList<VariantMeasure> Forms) Clip(Judge result, IReadOnlyList<VariantMeasure> forms)
    {
        var suffix = forms.Any(f => VariantNames.IsSparse(f.Name)) ? VariantNames.SparseSuffix : "";
        var others = forms.Where(f => f.Listed && !IsSame(f.Name, suffix)).ToList();
        var judges = new List<Judge>();
        try
        {
            others.ForEach(f => judges.Add(new Judge(Path.Combine(folder, f.File), new HeadRequest { AllowUnnamed = true })));
            var like = others.Any(f => VariantNames.IsSparse(f.Name) != suffix.Length > 0) ? OfTwo : OfOne;
            var (clip, leftOut) = GoldenClips.Choose(result, frames, judges, Math.Min(LeastFrames, frames.Count), like);
            var remarks = others.Zip(leftOut).Where(o => o.Second is not null).ToDictionary(o => o.First.Name, o => $"It answers as the forms before it do on {o.Second} of {frames.Count} frames only.");
            return (clip, [.. forms.Select(f => remarks.TryGetValue(f.Name, out var remark) ? f with { Listed = false, Remark = remark } : f)]);
        }
        finally
        {
            judges.ForEach(j => j.Dispose());
        }
    }

    /// <summary>Float forms of the result compute what it computes.</summary>
    private static bool IsSame(string name, string suffix) => name == VariantKinds.Fp32 + suffix || name == VariantKinds.Fp16 + suffix;

    private VariantMeasure Form(string kind, string suffix, VariantMaker maker)
    {
        var file = Path.Combine(TrainedFiles.Variants, $"{kind}{suffix.Replace(':', '-')}.onnx");
        var model = maker.Make(kind);
        OnnxMetadata.Set(model, fit);
        OnnxFile.Write(model, Path.Combine(folder, file));
        return new(kind + suffix, file, new FileInfo(Path.Combine(folder, file)).Length, null, null, Listed: false, null);
    }

    private VariantMeasure Judged(VariantMeasure form, DetectionScores? reference)
    {
        if (reference is null || held.Count == 0)
        {
            return form with { Listed = true };
        }

        using var judge = new Judge(Path.Combine(folder, form.File), new HeadRequest { AllowUnnamed = true });
        var scores = DetectionMetrics.Judge(judge.Look(held), judge.Card.ScoreThreshold);
        var holds = scores.Map50 >= reference.Map50 - LargestLoss;
        return form with { Map50 = scores.Map50, Map75 = scores.Map75, Listed = holds, Remark = holds ? null : "It costs more than a point of mAP@.5." };
    }
}

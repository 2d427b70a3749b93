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
/// Forms of the dense parent are written, but not listed: after retraining they are another network, with answers of its own.
/// A form in 8 bits is listed where it costs at most a point, and answers as the result does on enough frames for a golden clip.
/// </remarks>
internal sealed class VariantSet(string folder, HeadFit fit, IReadOnlyList<TruthFrame> frames, IReadOnlyList<TruthFrame> held)
{
    private const double LargestLoss = 0.01;
    private const int LeastFrames = 8;

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
        var forms = kinds.Select(k => Form(k, isSparse ? VariantNames.SparseSuffix : "", new VariantMaker(result, pictures))).Select(f => Judged(f, reference));
        var parents = dense is null ? [] : kinds.Select(k => Form(k, "", new VariantMaker(dense, pictures)) with { Remark = "The dense parent: another network, to be registered as a version of its own." });
        return [.. forms, .. parents];
    }

    /// <summary>Frames for a golden clip that every listed form reproduces; forms with which there would be too few are no longer listed.</summary>
    /// <param name="result">Judge of the result.</param>
    /// <param name="forms">From <see cref="Write"/>.</param>
    public (GoldenClip Clip, IReadOnlyList<VariantMeasure> Forms) Clip(Judge result, IReadOnlyList<VariantMeasure> forms)
    {
        var judges = forms.Where(f => f.Listed && Is8Bits(f.Name)).ToDictionary(f => f.Name, f => new Judge(Path.Combine(folder, f.File), new HeadRequest { AllowUnnamed = true }));
        try
        {
            var clip = GoldenClips.Make(result, frames, [.. judges.Values]);
            return clip.Frames.Count >= Math.Min(LeastFrames, frames.Count) || judges.Count == 0
                ? (clip, forms)
                : (GoldenClips.Make(result, frames, []), [.. forms.Select(f => judges.ContainsKey(f.Name) ? f with { Listed = false, Remark = $"It answers as the result does on {clip.Frames.Count} of {frames.Count} frames only." } : f)]);
        }
        finally
        {
            foreach (var judge in judges.Values)
            {
                judge.Dispose();
            }
        }
    }

    private static bool Is8Bits(string name) => name.StartsWith(VariantKinds.Int8, StringComparison.Ordinal);

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
        if (!Is8Bits(form.Name) || reference is null || held.Count == 0)
        {
            return form with { Listed = true };
        }

        using var judge = new Judge(Path.Combine(folder, form.File), new HeadRequest { AllowUnnamed = true });
        var scores = DetectionMetrics.Judge(judge.Look(held), judge.Card.ScoreThreshold);
        var holds = scores.Map50 >= reference.Map50 - LargestLoss;
        return form with { Map50 = scores.Map50, Map75 = scores.Map75, Listed = holds, Remark = holds ? null : "It costs more than a point of mAP@.5." };
    }
}

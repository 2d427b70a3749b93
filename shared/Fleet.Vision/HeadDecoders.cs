using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Peaks and distances of a centre-based detector.</summary>
internal static class FleetHead
{
    public static void Decode(HeadOutput peaks, HeadOutput ltrb, InputSpec input, float threshold, List<Candidate> into)
    {
        var (classes, height, width) = (peaks.Shape[1], peaks.Shape[2], peaks.Shape[3]);
        var (strideX, strideY) = ((float)input.WidthPx / width, (float)input.HeightPx / height);
        var cells = height * width;
        var scores = peaks.Values.AsSpan(0, classes * cells);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < threshold || float.IsNaN(scores[i]))
            {
                continue;
            }

            var cell = i % cells;
            var (x, y) = (((cell % width) + 0.5f) * strideX, ((cell / width) + 0.5f) * strideY);
            var (left, top) = (ltrb.Values[cell], ltrb.Values[cells + cell]);
            var (right, bottom) = (ltrb.Values[(2 * cells) + cell], ltrb.Values[(3 * cells) + cell]);
            Candidates.Add(into, i / cells, scores[i], new Box(x - left, y - top, left + right, top + bottom));
        }
    }
}

/// <summary>YOLOX: one row an anchor, (x, y, log w, log h, objectness, classes …) relative to its grid cell.</summary>
internal static class YoloxHead
{
    public static void Decode(HeadOutput output, InputSpec input, int classes, float threshold, List<Candidate> into)
    {
        var length = 5 + classes;
        var anchor = 0;
        foreach (var stride in HeadKinds.YoloxStrides)
        {
            var (width, height) = (input.WidthPx / stride, input.HeightPx / stride);
            for (var cell = 0; cell < width * height; cell++, anchor++)
            {
                var row = output.Values.AsSpan(anchor * length, length);
                if (row[4] >= threshold)
                {
                    Add(row, cell % width, cell / width, stride, threshold, into);
                }
            }
        }
    }

    private static void Add(ReadOnlySpan<float> row, int gridX, int gridY, int stride, float threshold, List<Candidate> into)
    {
        var best = 0;
        var classes = row[5..];
        for (var c = 1; c < classes.Length; c++)
        {
            best = classes[c] > classes[best] ? c : best;
        }

        var score = row[4] * classes[best];
        if (score >= threshold)
        {
            var (x, y) = ((row[0] + gridX) * stride, (row[1] + gridY) * stride);
            var (width, height) = (MathF.Exp(row[2]) * stride, MathF.Exp(row[3]) * stride);
            Candidates.Add(into, best, score, new Box(x - (width / 2), y - (height / 2), width, height));
        }
    }
}

internal static class Candidates
{
    /// <summary>Leaves out what is no box: no area, or not finite.</summary>
    public static void Add(List<Candidate> into, int label, float score, Box box)
    {
        if (box is { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity } && float.IsFinite(box.X) && float.IsFinite(box.Y))
        {
            into.Add(new(label, Math.Min(score, 1), box));
        }
    }
}

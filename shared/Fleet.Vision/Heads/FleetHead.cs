using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Fleet's own detector: <c>peaks</c> [N,C,h,w], all but local maxima zeroed in the graph, and <c>ltrb</c> [N,4,h,w], distances in input px from the middle of the cell to the box's left, top, right and bottom.</summary>
internal sealed class FleetHead(HeadMatch match, InputSpec input) : IHead
{
    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (peaks, ltrb) = (outputs[match.Roles[0]], outputs[match.Roles[1]]);
        var (classes, height, width) = (peaks.Shape[1], peaks.Shape[2], peaks.Shape[3]);
        var (strideX, strideY) = ((float)input.WidthPx / width, (float)input.HeightPx / height);
        var cells = height * width;
        var scores = peaks.Values.AsSpan(0, classes * cells);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < floor || float.IsNaN(scores[i]))
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

using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>YOLOv8 and later: [1,4+C,anchors], a plane for each of (cx, cy, w, h) in px and each class after the sigmoid; the same transposed; or [1,n,6], rows of (x1, y1, x2, y2, score, class) that are suppressed already.</summary>
/// <remarks>Source: github.com/ultralytics/ultralytics, nn/modules/head.py (<c>Detect</c>) and docs, export of <c>end2end</c> models.</remarks>
internal sealed class YoloV8Head(HeadMatch match, int classes) : IHead
{
    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (values, shape) = (outputs[0].Values, outputs[0].Shape);
        switch (match.Form)
        {
            case HeadForm.Suppressed:
                Suppressed(values, shape[1], floor, into);
                break;
            case HeadForm.Rows:
                Rows(values, shape[1], floor, into);
                break;
            default:
                Planes(values, shape[2], floor, into);
                break;
        }
    }

    // class after class, as the planes lie in memory; an anchor above the floor is asked for its best class once, where that class is met
    private void Planes(float[] values, int anchors, float floor, List<Candidate> into)
    {
        for (var label = 0; label < classes; label++)
        {
            var scores = values.AsSpan((4 + label) * anchors, anchors);
            for (var anchor = 0; anchor < scores.Length; anchor++)
            {
                if (scores[anchor] >= floor && IsBest(values, anchors, anchor, label))
                {
                    Candidates.Add(into, label, scores[anchor], Candidates.Centred(values[anchor], values[anchors + anchor], values[(2 * anchors) + anchor], values[(3 * anchors) + anchor]));
                }
            }
        }
    }

    private bool IsBest(float[] values, int anchors, int anchor, int label)
    {
        var score = values[((4 + label) * anchors) + anchor];
        for (var other = 0; other < classes; other++)
        {
            var theirs = values[((4 + other) * anchors) + anchor];
            if (theirs > score || (theirs == score && other < label))
            {
                return false;
            }
        }

        return true;
    }

    private void Rows(float[] values, int anchors, float floor, List<Candidate> into)
    {
        var length = 4 + classes;
        for (var anchor = 0; anchor < anchors; anchor++)
        {
            var row = values.AsSpan(anchor * length, length);
            var best = Candidates.Best(row[4..]);
            if (row[4 + best] >= floor)
            {
                Candidates.Add(into, best, row[4 + best], Candidates.Centred(row[0], row[1], row[2], row[3]));
            }
        }
    }

    private void Suppressed(float[] values, int count, float floor, List<Candidate> into)
    {
        for (var i = 0; i < count; i++)
        {
            var row = values.AsSpan(i * 6, 6);
            if (row[4] >= floor && row[5] >= 0 && row[5] < classes)
            {
                Candidates.Add(into, (int)row[5], row[4], new Box(row[0], row[1], row[2] - row[0], row[3] - row[1]));
            }
        }
    }
}

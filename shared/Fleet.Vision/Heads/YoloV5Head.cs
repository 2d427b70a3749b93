namespace Fleet.Vision;

/// <summary>YOLOv5 and its kin: [1,n,5+C], one decoded row an anchor: (cx, cy, w, h) in px, objectness, classes, all after the sigmoid.</summary>
/// <remarks>Source: github.com/ultralytics/yolov5, models/yolo.py (<c>Detect.forward</c>).</remarks>
internal sealed class YoloV5Head(int classes) : IHead
{
    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (values, length) = (outputs[0].Values, 5 + classes);
        for (var anchor = 0; anchor < outputs[0].Shape[1]; anchor++)
        {
            var row = values.AsSpan(anchor * length, length);
            if (row[4] < floor)
            {
                continue;
            }

            var best = Candidates.Best(row[5..]);
            var score = row[4] * row[5 + best];
            if (score >= floor)
            {
                Candidates.Add(into, best, score, Candidates.Centred(row[0], row[1], row[2], row[3]));
            }
        }
    }
}

using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>SSD with its boxes decoded in the graph: scores [1,n,C], or [1,n,1+C] with the background first, and boxes [1,n,4] as corners (x1, y1, x2, y2) in fractions of the input, 0 to 1.</summary>
/// <remarks>Source: github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB, run_video_face_detect_onnx.py.</remarks>
internal sealed class SsdHead(HeadMatch match, InputSpec input, int classes, ScoreMap map) : IHead
{
    private readonly int _first = match.Form == HeadForm.Background ? 1 : 0;
    private readonly float[] _scores = new float[classes + (match.Form == HeadForm.Background ? 1 : 0)];

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (scores, boxes) = (outputs[match.Roles[0]].Values, outputs[match.Roles[1]].Values);
        var (length, count) = (_scores.Length, outputs[match.Roles[0]].Shape[1]);
        for (var i = 0; i < count; i++)
        {
            scores.AsSpan(i * length, length).CopyTo(_scores);
            map.Apply(_scores);
            for (var label = 0; label < classes; label++)
            {
                if (_scores[_first + label] >= floor)
                {
                    var (x, y) = (boxes[i * 4] * input.WidthPx, boxes[(i * 4) + 1] * input.HeightPx);
                    var (right, bottom) = (boxes[(i * 4) + 2] * input.WidthPx, boxes[(i * 4) + 3] * input.HeightPx);
                    Candidates.Add(into, label, _scores[_first + label], new Box(x, y, right - x, bottom - y));
                }
            }
        }
    }
}

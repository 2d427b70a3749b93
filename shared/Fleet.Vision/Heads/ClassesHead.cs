using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>A classifier: [1,C], [1,C,1,1] or [1,1,1,C]. Each class that reaches the floor is a box of the whole input.</summary>
internal sealed class ClassesHead(InputSpec input, int classes, ScoreMap map) : IHead
{
    private readonly float[] _scores = new float[classes];

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        outputs[0].Values.AsSpan(0, classes).CopyTo(_scores);
        map.Apply(_scores);
        for (var label = 0; label < classes; label++)
        {
            if (_scores[label] >= floor)
            {
                Candidates.Add(into, label, _scores[label], new Box(0, 0, input.WidthPx, input.HeightPx));
            }
        }
    }
}

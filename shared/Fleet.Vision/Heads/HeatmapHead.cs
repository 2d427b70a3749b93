using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>A fully convolutional classifier: [1,C,h,w], or [1,1+C,h,w] with the background first, scores of each cell of the input. Cells of a class that touch are one object.</summary>
internal sealed class HeatmapHead(HeadMatch match, InputSpec input, int classes, ScoreMap map) : IHead
{
    private readonly int _first = match.Form == HeadForm.Background ? 1 : 0;
    private readonly float[] _place = new float[classes + (match.Form == HeadForm.Background ? 1 : 0)];
    private float[] _scores = [];
    private CellGroups? _groups;

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (height, width) = (outputs[0].Shape[2], outputs[0].Shape[3]);
        var cells = height * width;
        _groups ??= new(width, height, (float)input.WidthPx / width, (float)input.HeightPx / height);
        _scores = _scores.Length == classes * cells ? _scores : new float[classes * cells];
        for (var cell = 0; cell < cells; cell++)
        {
            for (var plane = 0; plane < _place.Length; plane++)
            {
                _place[plane] = outputs[0].Values[(plane * cells) + cell];
            }

            map.Apply(_place);
            for (var label = 0; label < classes; label++)
            {
                _scores[(label * cells) + cell] = _place[_first + label];
            }
        }

        for (var label = 0; label < classes; label++)
        {
            _groups.Add(label, _scores.AsSpan(label * cells, cells), floor, threshold, into);
        }
    }
}

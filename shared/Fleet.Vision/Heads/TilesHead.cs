using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>A classifier of tiles that is fed all tiles of a frame in one call: [tiles,C], or [tiles,1+C] with the background first, tiles row by row. Tiles of a class that touch are one object. The same as <see cref="HeatmapHead"/> on the map its tiles make.</summary>
internal sealed class TilesHead(HeadMatch match, InputSpec input, int classes, ScoreMap map) : IHead
{
    private readonly int _first = match.Form == HeadForm.Background ? 1 : 0;
    private readonly float[] _place = new float[classes + (match.Form == HeadForm.Background ? 1 : 0)];
    private readonly float[] _scores = new float[classes * InputRules.TilesOf(input)];
    private readonly CellGroups _groups = new(input.WidthPx / input.TilePx, input.HeightPx / input.TilePx, input.TilePx, input.TilePx);

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var tiles = InputRules.TilesOf(input);
        for (var tile = 0; tile < tiles; tile++)
        {
            outputs[0].Values.AsSpan(tile * _place.Length, _place.Length).CopyTo(_place);
            map.Apply(_place);
            for (var label = 0; label < classes; label++)
            {
                _scores[(label * tiles) + tile] = _place[_first + label];
            }
        }

        for (var label = 0; label < classes; label++)
        {
            _groups.Add(label, _scores.AsSpan(label * tiles, tiles), floor, threshold, into);
        }
    }
}

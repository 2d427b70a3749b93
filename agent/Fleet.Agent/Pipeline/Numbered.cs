using Fleet.Contracts;

namespace Fleet.Agent.Pipeline;

/// <summary>Detections with the numbers that a tracker gave them.</summary>
internal static class Numbered
{
    /// <param name="detections">As the tracker got them.</param>
    /// <param name="ids">One for each; 0 leaves it without.</param>
    public static List<Detection> Of(IReadOnlyList<Detection> detections, ReadOnlySpan<long> ids)
    {
        var numbered = new List<Detection>(detections.Count);
        for (var i = 0; i < detections.Count; i++)
        {
            numbered.Add(ids[i] > 0 ? detections[i] with { Track = ids[i] } : detections[i]);
        }

        return numbered;
    }
}

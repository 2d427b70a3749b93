using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Decides whether detections differ enough from those last sent to be worth a message.</summary>
internal sealed class SceneChange
{
    /// <summary>A box that overlaps its old place by less than this has moved.</summary>
    private const float MovedIou = 0.7f;

    private readonly List<(string Label, Box Box, long Track)> _sent = [];
    private readonly List<bool> _taken = [];
    private bool _hasSent;

    /// <param name="detections">Of the newest frame.</param>
    /// <param name="tracks">Which object each is; 0 while that is not known.</param>
    public bool IsNew(IReadOnlyList<Detection> detections, ReadOnlySpan<long> tracks)
    {
        if (_hasSent && IsSame(detections, tracks))
        {
            return false;
        }

        _hasSent = true;
        _sent.Clear();
        for (var i = 0; i < detections.Count; i++)
        {
            _sent.Add((detections[i].Label, detections[i].Box, tracks[i]));
        }

        return true;
    }

    private bool IsSame(IReadOnlyList<Detection> now, ReadOnlySpan<long> tracks)
    {
        if (_sent.Count != now.Count)
        {
            return false;
        }

        _taken.Clear();
        CollectionsMarshal.SetCount(_taken, _sent.Count);
        CollectionsMarshal.AsSpan(_taken).Clear();
        for (var i = 0; i < now.Count; i++)
        {
            if (PlaceOf(now[i], tracks[i]) is not (>= 0 and var match))
            {
                return false;
            }

            _taken[match] = true;
        }

        return true;
    }

    private int PlaceOf(Detection detection, long track)
    {
        for (var i = 0; i < _sent.Count; i++)
        {
            if (!_taken[i] && _sent[i].Track == track && _sent[i].Label == detection.Label && Boxes.Iou(_sent[i].Box, detection.Box) >= MovedIou)
            {
                return i;
            }
        }

        return -1;
    }
}

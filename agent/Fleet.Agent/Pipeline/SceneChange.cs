using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Decides whether detections differ enough from those last sent to be worth a message.</summary>
internal sealed class SceneChange
{
    /// <summary>A box that overlaps its old place by less than this has moved.</summary>
    private const float MovedIou = 0.7f;

    private IReadOnlyList<Detection>? _sent;

    public bool IsNew(IReadOnlyList<Detection> detections)
    {
        if (_sent is { } sent && Same(sent, detections))
        {
            return false;
        }

        _sent = detections;
        return true;
    }

    private static bool Same(IReadOnlyList<Detection> before, IReadOnlyList<Detection> now)
    {
        if (before.Count != now.Count)
        {
            return false;
        }

        var taken = new bool[before.Count];
        foreach (var detection in now)
        {
            var match = -1;
            for (var i = 0; i < before.Count && match < 0; i++)
            {
                if (!taken[i] && before[i].Label == detection.Label && Boxes.Iou(before[i].Box, detection.Box) >= MovedIou)
                {
                    match = i;
                }
            }

            if (match < 0)
            {
                return false;
            }

            taken[match] = true;
        }

        return true;
    }
}

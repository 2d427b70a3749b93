using System.Collections.Concurrent;

namespace Fleet.Vision;

/// <summary>Frames that wait to be used again, so that a camera makes no garbage.</summary>
/// <param name="capacity">At most so many are kept.</param>
public sealed class FramePool(int capacity = 8)
{
    private readonly ConcurrentBag<Frame> _free = [];

    /// <summary>A frame of this size; its pixels are undefined.</summary>
    public Frame Rent(int widthPx, int heightPx, int channels)
    {
        if (!_free.TryTake(out var frame))
        {
            return new Frame(widthPx, heightPx, channels);
        }

        frame.Reshape(widthPx, heightPx, channels);
        return frame;
    }

    /// <summary>Takes <paramref name="frame"/> back; the caller must not touch it again.</summary>
    public void Return(Frame frame)
    {
        if (_free.Count < capacity)
        {
            _free.Add(frame);
        }
    }
}

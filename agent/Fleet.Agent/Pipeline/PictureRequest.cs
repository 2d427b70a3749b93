using Fleet.Agent.Cameras;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Gathers the next few frames of a camera for someone who asked.</summary>
internal sealed class PictureRequest(int count)
{
    private const int Quality = 95;
    private readonly Lock _gate = new();
    private readonly List<byte[]> _pictures = [];
    private readonly TaskCompletionSource<IReadOnlyList<byte[]>> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<byte[]>> Taken => _taken.Task;

    public IReadOnlyList<byte[]> SoFar
    {
        get
        {
            lock (_gate)
            {
                return [.. _pictures];
            }
        }
    }

    public void Offer(Frame frame)
    {
        lock (_gate)
        {
            if (_pictures.Count < count)
            {
                _pictures.Add(Pictures.ToJpeg(frame, Quality));
            }

            if (_pictures.Count == count)
            {
                _taken.TrySetResult([.. _pictures]);
            }
        }
    }
}

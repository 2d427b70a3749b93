using System.Collections.Concurrent;
using Fleet.Agent.Outbox;
using Fleet.Contracts;

namespace Fleet.Agent.Link;

/// <summary>Sends each camera's newest live picture; one that is overtaken or does not arrive is not missed.</summary>
internal sealed class PreviewUpload(DeviceApi api)
{
    private readonly ConcurrentDictionary<CameraId, WaitingSample> _newest = new();

    public Signal Wake { get; } = new();

    public void Offer(WaitingSample picture)
    {
        _newest[picture.Frame.Camera] = picture;
        Wake.Set();
    }

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var camera in _newest.Keys)
        {
            if (_newest.TryRemove(camera, out var picture))
            {
                await api.PutPreviewAsync(picture.Frame, picture.Jpeg, cancellationToken);
            }
        }
    }
}

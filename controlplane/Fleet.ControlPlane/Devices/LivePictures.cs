using Fleet.Contracts;

namespace Fleet.ControlPlane.Devices;

internal sealed record LivePicture(FrameMessage Frame, byte[] Jpeg);

/// <summary>The newest picture of each camera, in memory; when together they take too much, those that arrived longest ago go.</summary>
internal sealed class LivePictures(long maxBytes = 256L << 20)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(DeviceId, CameraId), LinkedListNode<Kept>> _byCamera = [];
    private readonly LinkedList<Kept> _byAge = new();
    private long _bytes;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public LivePicture? Find(DeviceId device, CameraId camera)
    {
        lock (_lock)
        {
            return _byCamera.GetValueOrDefault((device, camera))?.Value.Picture;
        }
    }

    public void Put(DeviceId device, CameraId camera, LivePicture picture)
    {
        lock (_lock)
        {
            Drop_NeedsLock((device, camera));
            _byCamera[(device, camera)] = _byAge.AddLast(new Kept((device, camera), picture));
            _bytes += picture.Jpeg.Length;
            while (_bytes > maxBytes)
            {
                Drop_NeedsLock(_byAge.First!.Value.Camera);
            }
        }
    }

    public void Drop(DeviceId device, CameraId camera)
    {
        lock (_lock)
        {
            Drop_NeedsLock((device, camera));
        }
    }

    private void Drop_NeedsLock((DeviceId, CameraId) camera)
    {
        if (_byCamera.Remove(camera, out var node))
        {
            _byAge.Remove(node);
            _bytes -= node.Value.Picture.Jpeg.Length;
        }
    }

    private sealed record Kept((DeviceId, CameraId) Camera, LivePicture Picture);
}

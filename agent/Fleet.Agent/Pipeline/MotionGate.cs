using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Lets frames of a still scene pass only a few times a second.</summary>
internal sealed class MotionGate(DeviceLoad load, TimeProvider time)
{
    private readonly PictureMotion _motion = new();
    private VersionId? _version;
    private long _lookedAt;

    /// <summary>What the camera itself wants; null follows the policy.</summary>
    public MotionGating? Mode { get; set; }

    /// <summary>Whether the frame needs no look: nothing moved since the last one that <paramref name="version"/> saw.</summary>
    public bool IsStill(Frame frame, VersionId version, bool isLive, DevicePolicy policy)
    {
        if (!IsOn(isLive, policy))
        {
            _motion.Forget();
            return false;
        }

        if (_version != version)
        {
            // what another version found says nothing
            _motion.Forget();
        }

        var hasMoved = _motion.HasMoved(frame);
        if (!hasMoved && time.GetElapsedTime(_lookedAt).TotalSeconds < 1 / policy.StillFps)
        {
            return true;
        }

        _motion.Keep();
        (_version, _lookedAt) = (version, time.GetTimestamp());
        return false;
    }

    private bool IsOn(bool isLive, DevicePolicy policy) => (Mode ?? policy.Motion) switch
    {
        MotionGating.Off => false,
        MotionGating.Always => true,
        _ => isLive || load.IsHigh,
    };
}

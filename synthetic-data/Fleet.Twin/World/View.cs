using System.Numerics;

namespace Fleet.Twin.World;

/// <summary>Where the camera stands and how the world is lit.</summary>
internal sealed record View(Vector3 Eye, Vector3 Forward, float Roll, float FovY)
{
    /// <summary>World to camera: x to the right, y up, the camera looks along -z.</summary>
    public Matrix4x4 Pose
    {
        get
        {
            var up = MathF.Abs(Forward.Y) > 0.985f ? new Vector3(0, 0, -1) : Vector3.UnitY;
            return Matrix4x4.CreateLookAt(Eye, Eye + Forward, up) * Matrix4x4.CreateRotationZ(Roll);
        }
    }

    public Matrix4x4 Matrix(float aspect) => Pose * Matrix4x4.CreatePerspectiveFieldOfView(FovY, aspect, 0.04f, 80f);
}

/// <summary>Lamps, in linear light.</summary>
/// <param name="KeyDirection">Towards the strongest lamp, length 1.</param>
/// <param name="Key">Its light.</param>
/// <param name="Ambient">Light from everywhere.</param>
/// <param name="LampPlace">A near lamp without shadow.</param>
/// <param name="Lamp">Its light.</param>
internal sealed record Lighting(Vector3 KeyDirection, Vector3 Key, Vector3 Ambient, Vector3 LampPlace, Vector3 Lamp);

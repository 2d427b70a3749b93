using Fleet.Contracts;
using Fleet.Twin.Optics;

namespace Fleet.Twin.Scenes;

/// <summary>The numbers that a calibration prints for one real camera, px of the frame.</summary>
/// <param name="FxPx">Focal length along a row.</param>
/// <param name="FyPx">Focal length along a column.</param>
/// <param name="CxPx">Where the optical axis meets the frame, from the left.</param>
/// <param name="CyPx">Where the optical axis meets the frame, from the top.</param>
public sealed record IntrinsicsKnobs(float FxPx, float FyPx, float CxPx, float CyPx)
{
    /// <summary>Those of the same camera whose pictures were made smaller or larger.</summary>
    internal IntrinsicsKnobs Scaled(float across, float down) => new(FxPx * across, FyPx * down, CxPx * across, CyPx * down);

    /// <summary>Reads the field <c>camera.intrinsics</c>; null where it is left out.</summary>
    internal static IntrinsicsKnobs? Read(SceneMap map, int width, int height)
    {
        var knobs = new IntrinsicsKnobs(
            map.Number("fx", 0, 0, 20_000), map.Number("fy", 0, 0, 20_000), map.Number("cx", width / 2f, 0, 4096), map.Number("cy", height / 2f, 0, 4096));
        map.Close();
        if (map.IsEmpty)
        {
            return null;
        }

        return knobs.FxPx > 0 && knobs.FyPx > 0
            ? knobs
            : throw map.Refuse("fx", "the field 'camera.intrinsics' wants fx and fy, the focal lengths in px above 0, as a calibration prints them; leave the whole field out to go by 'camera.fov'.");
    }

    /// <summary>The vertical field of view, degrees, that these numbers mean.</summary>
    internal Interval FovDegrees(int height)
    {
        var degrees = 2 * MathF.Atan(height / 2f / FyPx) * 180 / MathF.PI;
        return new Interval(degrees, degrees);
    }
}

/// <summary>How the lens bends straight lines: Brown and Conrady's coefficients in the order and with the signs of OpenCV.</summary>
/// <param name="K1">Radial; negative bulges (barrel), positive pinches (pincushion).</param>
/// <param name="K2">Radial, fourth power.</param>
/// <param name="K3">Radial, sixth power.</param>
/// <param name="P1">Tangential, of a lens that sits askew.</param>
/// <param name="P2">Tangential.</param>
public sealed record LensKnobs(Interval K1, Interval K2, Interval K3, Interval P1, Interval P2)
{
    /// <summary>Straight lines stay straight.</summary>
    internal bool IsStraight => (K1, K2, K3, P1, P2) == default;

    /// <summary>Reads the field <c>camera.lens</c>.</summary>
    internal static LensKnobs Read(SceneMap map)
    {
        var none = new Interval(0, 0);
        var knobs = new LensKnobs(
            map.Interval("k1", none, -2, 2), map.Interval("k2", none, -2, 2), map.Interval("k3", none, -2, 2),
            map.Interval("p1", none, -0.05f, 0.05f), map.Interval("p2", none, -0.05f, 0.05f));
        map.Close();
        return knobs;
    }

    /// <summary>Refuses coefficients with which a part of the frame would see nothing.</summary>
    internal static CameraKnobs Checked(CameraKnobs camera, SceneMap map)
    {
        if (camera.IsPinhole)
        {
            return camera;
        }

        var reach = Reach.Of(camera);
        return reach is { } && reach.Value.Across <= Reach.Most && reach.Value.Down <= Reach.Most
            ? camera
            : throw map.Refuse(
                "lens",
                "the field 'camera.lens' bends the corners of the frame beyond what such a lens can see at this field of view: bring the coefficients nearer to 0, or give a smaller 'camera.fov' (a calibration's own numbers go with its own focal length, so give 'camera.intrinsics' too).");
    }
}

using System.Numerics;
using Fleet.Twin.Optics;

namespace Fleet.Twin.Labelling;

/// <summary>How the world meets the pixels of a frame.</summary>
/// <param name="Camera">World to clip space of what is drawn.</param>
/// <param name="Width">px of the frame.</param>
/// <param name="Height">px of the frame.</param>
internal sealed record Projection(Matrix4x4 Camera, int Width, int Height)
{
    /// <summary>What bends the drawn picture into the frame; null where it is the frame.</summary>
    public Lens? Lens { get; init; }

    /// <summary>Half of the drawn picture, as tangents; counts with a lens alone.</summary>
    public Vector2 Tangents { get; init; }

    /// <summary>px from the left upper corner of the frame; the last part of <paramref name="clip"/> must be above 0.</summary>
    public Vector2 ToPixel(Vector4 clip)
    {
        float x = clip.X / clip.W, y = clip.Y / clip.W;
        return Lens is null
            ? new Vector2((x + 1) * Width / 2, (1 - y) * Height / 2)
            : Lens.ToPixel(new Vector2(x * Tangents.X, -y * Tangents.Y));
    }
}

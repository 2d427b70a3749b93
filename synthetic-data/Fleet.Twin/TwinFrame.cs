using Fleet.Contracts;

namespace Fleet.Twin;

/// <summary>One carton (or other labelled thing) that can be seen in a frame.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Box">The tightest box around its visible pixels, px of the frame.</param>
/// <param name="VisibleFraction">Share of its outline inside the frame that nothing covers, 0 to 1.</param>
public sealed record TwinAnnotation(string Label, Box Box, float VisibleFraction)
{
    /// <summary>The box around the whole object as if nothing stood before it, px; it may reach beyond the frame. Null where the world knows no whole.</summary>
    public Box? AmodalBox { get; init; }

    /// <summary>Part of the object lies beyond the frame.</summary>
    public bool Truncated { get; init; }

    /// <summary>Distance from the camera's plane to the nearest point, metres. Null where everything is infinitely far.</summary>
    public float? DepthM { get; init; }

    /// <summary>Its number among the ids of the drawn pixels; 0 where pixels carry none.</summary>
    internal uint Id { get; init; }
}

/// <summary>A rendered frame and everything that is in it.</summary>
/// <param name="Index">Which frame of the seed.</param>
/// <param name="Width">px.</param>
/// <param name="Height">px.</param>
/// <param name="Bgr">Height x Width x 3 bytes, blue first, rows from the top; the caller owns them.</param>
/// <param name="Annotations">What can be seen, in no particular order; empty where no carton is.</param>
public sealed record TwinFrame(
    long Index,
    int Width,
    int Height,
    byte[] Bgr,
    IReadOnlyList<TwinAnnotation> Annotations)
{
    /// <summary>Through what camera it is seen, from where; null where the world is painted straight onto the sensor.</summary>
    public TwinCamera? Camera { get; init; }
}

/// <summary>A camera in OpenCV's terms: x to the right, y down, z into the picture.</summary>
/// <param name="Matrix">Focal lengths and centre, px: fx, fy, cx, cy.</param>
/// <param name="Distortion">k1, k2, p1, p2, k3.</param>
/// <param name="WorldToCamera">Three rows of four: rotation and translation, metres; the world's y points up.</param>
public sealed record TwinCamera(IReadOnlyList<float> Matrix, IReadOnlyList<float> Distortion, IReadOnlyList<float> WorldToCamera);

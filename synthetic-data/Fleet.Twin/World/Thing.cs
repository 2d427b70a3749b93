using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>How a thing meets the light.</summary>
internal enum Matter
{
    Solid,
    /// <summary>Lit, throws no shadow: floor, walls.</summary>
    Room,
    /// <summary>Shows its texture as it is: lamps, backgrounds.</summary>
    Glow,
    /// <summary>See-through, drawn last; never hides an id.</summary>
    Film,
    /// <summary>Not seen at all, yet its id is read where nothing stands before it: an empty place.</summary>
    Ghost,
}

/// <summary>One shape in the world.</summary>
/// <param name="Shape">Which mesh.</param>
/// <param name="Model">Unit mesh → world, metres.</param>
/// <param name="Tint">Multiplies the texture, linear light.</param>
/// <param name="Side">Skin of the faces along x.</param>
/// <param name="Top">Skin of the faces along y.</param>
/// <param name="Front">Skin of the faces along z.</param>
internal sealed record Thing(Shape Shape, Matrix4x4 Model, Vector3 Tint, Skin Side, Skin Top, Skin Front)
{
    /// <summary>Id of the pixels of a solid thing that nobody labels; 0 is the room and what lies beyond.</summary>
    public const uint Unlabelled = 1u << 31;

    public Matter Matter { get; init; }

    /// <summary>Repeats of the texture; negative: per metre.</summary>
    public Vector2 Repeat { get; init; } = Vector2.One;

    /// <summary>How dark the seams at the edges of a face are, 0 to 1.</summary>
    public float Edge { get; init; }

    public float Shine { get; init; }

    /// <summary>0: no labelled object.</summary>
    public uint Id { get; init; }
}

/// <summary>A labelled carton or package; flaps and the like carry the same id but do not count for its outline.</summary>
internal readonly record struct Carton(uint Id, Matrix4x4 Model, Vector3 Size)
{
    /// <summary>Its class; null where the scene has but one.</summary>
    public string? Label { get; init; }

    /// <summary>Its mesh.</summary>
    public Shape Shape { get; init; } = Shape.Box;

    /// <summary>Share of its bounding box's outline that it fills, 0 to 1.</summary>
    public float Fill { get; init; } = 1;

    /// <summary>Its outermost points within the unit box; null where its mesh says them.</summary>
    public IReadOnlyList<Vector3>? Points { get; init; }

    public Vector3 Centre => Vector3.Transform(Vector3.Zero, Model);
}

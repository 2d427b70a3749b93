using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Own;

/// <summary>A product of the user's: a package with pictures on it, or an asset.</summary>
/// <param name="Number">Its place in the list.</param>
/// <param name="Label">Its class; null for that of its kind, or the scene's.</param>
/// <param name="Kind">The package that wears the pictures.</param>
/// <param name="Weight">How often it is taken beside the others.</param>
/// <param name="Size">What its measures are drawn from.</param>
internal sealed record OwnProduct(int Number, string? Label, PackageKind Kind, float Weight, OwnSize Size)
{
    /// <summary>Side, top and front; null where an asset has textures of its own.</summary>
    public (Face Side, Face Top, Face Front)? Faces { get; init; }

    /// <summary>The front goes once around instead of twice.</summary>
    public bool Wrapped { get; init; }

    public Asset? Asset { get; init; }

    /// <summary>One of several by weight.</summary>
    public static OwnProduct Pick(IReadOnlyList<OwnProduct> all, Draws draws)
    {
        var at = draws.Unit() * all.Sum(p => p.Weight);
        foreach (var product in all)
        {
            at -= product.Weight;
            if (at < 0)
            {
                return product;
            }
        }

        return all[^1];
    }
}

/// <summary>Measures in metres.</summary>
/// <param name="Height">From foot to top.</param>
/// <param name="Width">Null: in proportion to the height.</param>
/// <param name="Depth">Null: in proportion to the height.</param>
/// <param name="Proportions">Width, 1, depth for a height of 1.</param>
internal sealed record OwnSize(Interval Height, Interval? Width, Interval? Depth, Vector3 Proportions)
{
    public Vector3 Draw(Draws draws)
    {
        float h = draws.Between(Height), w = draws.Unit(), d = draws.Unit();
        return new Vector3(Width?.At(w) ?? Proportions.X * h, h, Depth?.At(d) ?? Proportions.Z * h);
    }
}

/// <summary>A mesh of the user's in parts of one material each, all within one unit box, the front towards +z.</summary>
/// <param name="Parts">Its materials.</param>
/// <param name="SizeM">Width, height and depth as the file and its scale have it.</param>
/// <param name="Fill">Share of its bounding box's outline that it fills, seen from the front.</param>
/// <param name="Points">Its outermost points within the unit box.</param>
internal sealed record Asset(IReadOnlyList<AssetPart> Parts, Vector3 SizeM, float Fill, IReadOnlyList<Vector3> Points);

/// <summary>One material of an asset.</summary>
/// <param name="Tint">Linear light.</param>
internal sealed record AssetPart(Shape Shape, Face Face, Vector3 Tint, float Shine);

/// <summary>Assets that stand about without being labelled.</summary>
internal sealed record OwnClutter(Asset Asset, Interval Height, float Weight);

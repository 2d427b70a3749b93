using Fleet.Twin.Own;

namespace Fleet.Twin.Painting;

/// <summary>What a texture shows.</summary>
internal enum Motif
{
    CartonFront,
    CartonFrontToo,
    CartonSide,
    CartonTop,
    Plain,
    Concrete,
    Planks,
    Ribs,
    Hazard,
    Tiles,
    Bricks,
    Panels,
    Metal,
    Shelves,
    Cloth,
    Junk,
    Film,
    Mesh,
    PackFront,
    PackSide,
    PackTop,
    PriceTag,
    Own,
}

/// <summary>Names one texture; painting it is a pure function of this name and the scene.</summary>
internal readonly record struct Skin(Motif Motif, ulong Seed)
{
    /// <summary>A picture that the scene brings along.</summary>
    public static Skin Of(Face face) => new(Motif.Own, (ulong)face.Number);
}

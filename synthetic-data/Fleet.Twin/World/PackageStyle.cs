using System.Numerics;
using Fleet.Twin.Own;
using Fleet.Twin.Gl;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.World;

/// <summary>How a pack is designed.</summary>
internal enum PackDesign
{
    Plain,
    Halves,
    Diagonal,
    Frame,
    Rays,
    Stripes,
}

/// <summary>One product on a shelf: kind, measures in metres, colours. A pure function of its seed, whose last four bits are the kind.</summary>
internal sealed record PackageStyle(ulong Seed, PackageKind Kind, Vector3 Size, SKColor Ground, SKColor Accent, SKColor Ink, SKColor Cap)
{
    public PackDesign Design { get; init; }

    public float Shine { get; init; }

    /// <summary>The user's product that it is; null for a painted one.</summary>
    public OwnProduct? Own { get; init; }

    /// <summary>Its class.</summary>
    public string Label => Own?.Label ?? ShelfKnobs.Label(Kind);

    /// <summary>A product of the user's, in the measures that it has in an assortment.</summary>
    public static PackageStyle From(OwnProduct own, ulong assortment)
    {
        var seed = SeedOf(Chance.Mix((ulong)own.Number), own.Kind);
        return From(seed) with { Own = own, Size = own.Size.Draw(new Chance(Chance.Mix(assortment + (ulong)own.Number)).Knob("own/size")) };
    }

    public static ulong SeedOf(ulong product, PackageKind kind) => (product & ~15UL) | (ulong)kind;

    public static PackageStyle From(ulong seed)
    {
        var kind = (PackageKind)(seed & 15);
        var chance = new Chance(seed);
        var colour = chance.Knob("colour");
        var hue = colour.Between(0, 360);
        // own brands are white and simple, most others shout
        var ground = colour.Happens(0.25f)
            ? SKColor.FromHsv(hue, colour.Between(0, 12), colour.Between(82, 98))
            : SKColor.FromHsv(hue, colour.Between(35, 95), colour.Between(25, 95));
        var accent = SKColor.FromHsv((hue + colour.Pick(0f, 30f, 150f, 180f, 210f)) % 360, colour.Between(40, 100), colour.Between(30, 98));
        var dark = (ground.Red * 0.3f) + (ground.Green * 0.59f) + (ground.Blue * 0.11f) < 130;
        var ink = dark ? SKColor.FromHsv(colour.Between(30, 60), colour.Between(0, 60), 98) : SKColor.FromHsv(hue, colour.Between(30, 100), colour.Between(5, 35));
        return new PackageStyle(seed, kind, SizeOf(kind, chance.Knob("size")), ground, accent, ink, CapOf(kind, colour))
        {
            Design = (PackDesign)chance.Knob("design").Whole(0, 6),
            Shine = kind switch
            {
                PackageKind.Bottle or PackageKind.Jar => 0.35f,
                PackageKind.Can or PackageKind.Bag => 0.25f,
                _ => colour.Between(0.02f, 0.18f),
            },
        };
    }

    public static Shape ShapeOf(PackageKind kind) => kind switch
    {
        PackageKind.Can => Shape.Can,
        PackageKind.Bottle => Shape.Bottle,
        PackageKind.Bag => Shape.Bag,
        PackageKind.Jar => Shape.Jar,
        PackageKind.Carton => Shape.Gable,
        PackageKind.Tub => Shape.Tub,
        PackageKind.Tube => Shape.Can,
        _ => Shape.Box,
    };

    /// <summary>Share of its bounding box's outline that a package fills when seen from the front.</summary>
    public static float Fill(PackageKind kind) => kind switch
    {
        PackageKind.Bottle => 0.78f,
        PackageKind.Bag or PackageKind.Tub => 0.88f,
        PackageKind.Jar or PackageKind.Carton => 0.93f,
        PackageKind.Can or PackageKind.Tube => 0.95f,
        _ => 1,
    };

    private static Vector3 SizeOf(PackageKind kind, Draws draws)
    {
        Vector3 Round(float low, float high, float slim, float tall)
        {
            var width = draws.LogBetween(low, high);
            return new Vector3(width, width * draws.Between(slim, tall), width);
        }

        return kind switch
        {
            PackageKind.Can => Round(0.062f, 0.1f, 0.6f, 1.8f),
            PackageKind.Bottle => Round(0.055f, 0.095f, 2.7f, 4.1f),
            PackageKind.Jar => Round(0.06f, 0.1f, 1.1f, 1.9f),
            PackageKind.Tub => Round(0.07f, 0.13f, 0.55f, 1.2f),
            PackageKind.Tube => Round(0.065f, 0.085f, 2.6f, 3.4f),
            PackageKind.Bag => Flat(draws, 0.13f, 0.24f, 1.05f, 1.6f, 0.3f, 0.5f),
            PackageKind.Carton => Flat(draws, 0.07f, 0.1f, 1.9f, 2.9f, 0.8f, 1.05f),
            _ => Flat(draws, 0.07f, 0.21f, 0.5f, 1.6f, 0.28f, 0.7f),
        };
    }

    private static Vector3 Flat(Draws draws, float low, float high, float slim, float tall, float thin, float thick)
    {
        var width = draws.LogBetween(low, high);
        return new Vector3(width, width * draws.Between(slim, tall), width * draws.Between(thin, thick));
    }

    private static SKColor CapOf(PackageKind kind, Draws draws) => kind switch
    {
        PackageKind.Can => SKColor.FromHsv(40, draws.Between(0, 14), draws.Between(62, 88)),
        _ => draws.Happens(0.45f)
            ? SKColor.FromHsv(draws.Between(30, 60), draws.Between(0, 10), draws.Between(70, 98))
            : SKColor.FromHsv(draws.Between(0, 360), draws.Between(40, 100), draws.Between(15, 90)),
    };
}

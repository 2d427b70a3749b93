using System.Numerics;
using Fleet.Twin.Own;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>One product's carton: size in metres, board, print, tape. A pure function of its seed.</summary>
internal sealed record CartonStyle(ulong Seed, Vector3 Size, SKColor Board, SKColor Ink)
{
    public SKColor TapeColour { get; init; }

    public float TapeWidth { get; init; }

    public Tape Tape { get; init; }

    public Print Print { get; init; }

    public bool Symbols { get; init; }

    public bool Labelled { get; init; }

    public bool HandHole { get; init; }

    public Grain Grain { get; init; }

    /// <summary>The user's product that it is; null for a painted one.</summary>
    public OwnProduct? Own { get; init; }

    public static CartonStyle From(ulong seed, CartonKnobs knobs)
    {
        var chance = new Chance(seed);
        var look = chance.Knob("look");
        var printed = chance.Knob("printed").Happens(knobs.Printed);
        var taped = chance.Knob("taped").Happens(knobs.Taped);
        return new CartonStyle(seed, SizeOf(chance.Knob("size"), knobs), BoardOf(chance.Knob("board"), knobs), InkOf(chance.Knob("ink")))
        {
            TapeColour = TapeOf(chance.Knob("tape-colour")),
            TapeWidth = look.Between(0.04f, 0.08f),
            Tape = taped ? look.Pick(Tape.Seam, Tape.Seam, Tape.Ends, Tape.Band) : Tape.None,
            Print = printed ? (Print)look.Whole(1, 8) : Print.None,
            Symbols = look.Happens(0.5f),
            Labelled = chance.Knob("labelled").Happens(knobs.Labelled),
            HandHole = look.Happens(0.14f),
            Grain = new Grain(look.Between(2, 7), look.Between(1, 6), look.Between(0, 3.5f), look.Happens(0.6f)),
        };
    }

    private static Vector3 SizeOf(Draws draws, CartonKnobs knobs)
    {
        if (draws.Happens(knobs.Tall))
        {
            var width = draws.Between(0.22f, 0.45f);
            return new Vector3(width, Math.Min(2.1f, width * draws.Between(2.2f, 5.5f)), width * draws.Between(0.7f, 1.3f));
        }

        var across = draws.LogBetween(0.2f, 0.75f);
        var height = draws.Happens(0.08f) ? draws.Between(0.2f, 0.4f) : draws.LogBetween(knobs.Proportion.Low, knobs.Proportion.High);
        return new Vector3(across, across * height, across * draws.Between(0.6f, 1.2f));
    }

    private static SKColor BoardOf(Draws draws, CartonKnobs knobs)
    {
        var kind = draws.Unit();
        if (kind < knobs.Kraft)
        {
            return SKColor.FromHsv(draws.Between(knobs.Hue), draws.Between(22, 50), 100 * draws.Between(knobs.Brightness));
        }

        if (kind < knobs.Kraft + knobs.White)
        {
            return SKColor.FromHsv(draws.Between(20, 60), draws.Between(0, 8), draws.Between(80, 97));
        }

        return kind < knobs.Kraft + knobs.White + knobs.Grey
            ? SKColor.FromHsv(draws.Between(0, 360), draws.Between(0, 8), draws.Between(28, 70))
            : SKColor.FromHsv(draws.Between(0, 360), draws.Between(30, 85), draws.Between(25, 90));
    }

    private static SKColor InkOf(Draws draws)
    {
        var alpha = (byte)draws.Whole(150, 256);
        return draws.Happens(0.65f)
            ? new SKColor((byte)draws.Whole(15, 70), (byte)draws.Whole(15, 60), (byte)draws.Whole(12, 60), alpha)
            : SKColor.FromHsv(draws.Pick(0f, 5f, 210f, 225f, 130f, 30f), draws.Between(60, 100), draws.Between(25, 75)).WithAlpha(alpha);
    }

    private static SKColor TapeOf(Draws draws)
    {
        var kind = draws.Unit();
        if (kind < 0.5f)
        {
            return new SKColor((byte)draws.Whole(140, 195), (byte)draws.Whole(105, 150), (byte)draws.Whole(60, 105), (byte)draws.Whole(90, 215));
        }

        return kind < 0.85f
            ? new SKColor(238, 232, 214, (byte)draws.Whole(45, 130))
            : SKColor.FromHsv(draws.Between(0, 360), draws.Between(0, 90), draws.Between(15, 95)).WithAlpha((byte)draws.Whole(190, 250));
    }
}

internal enum Tape
{
    None,
    Seam,
    Ends,
    Band,
}

internal enum Print
{
    None,
    Band,
    Words,
    Logo,
    Frame,
    Column,
    Small,
    Picture,
}

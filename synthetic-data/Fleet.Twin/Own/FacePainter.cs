using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;
using Fleet.Twin.World;
using SkiaSharp;

namespace Fleet.Twin.Own;

/// <summary>Puts the user's pictures where a package wears them.</summary>
internal static class FacePainter
{
    /// <summary>Where the label of a bottle or jar is glued on, as shares of the height from the top.</summary>
    private static readonly SKRect BottleLabel = SKRect.Create(0, PackPainter.BottleLabelTop, 1, 0.45f);
    private static readonly SKRect JarLabel = SKRect.Create(0, 0.3f, 1, 0.58f);

    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    public static bool IsRound(PackageKind kind) => kind is PackageKind.Can or PackageKind.Bottle or PackageKind.Jar or PackageKind.Tub or PackageKind.Tube;

    /// <summary>A texture that is the picture, whatever its shape.</summary>
    public static byte[] Whole(SKBitmap picture) => Paint(SKColors.White, canvas => canvas.DrawImage(Image(picture), SKRect.Create(1, 1), Smooth));

    public static byte[] Plain(SKColor colour) => Paint(colour, _ => { });

    /// <summary>What a package shows to the front; with a wrap, all around.</summary>
    public static byte[] Front(SKBitmap picture, PackageKind kind, bool wrapped, ulong seed) => Paint(EdgeOf(picture), canvas =>
    {
        var place = SKRect.Create(1, 1);
        if (kind is PackageKind.Bottle or PackageKind.Jar)
        {
            var style = PackageStyle.From(PackageStyle.SeedOf(seed, kind));
            using var paint = new SKPaint { IsAntialias = true };
            PackPainter.Glass(canvas, style, new Chance(seed).Knob("face"), paint);
            place = kind == PackageKind.Bottle ? BottleLabel : JarLabel;
            paint.Color = style.Cap;
            canvas.DrawRect(SKRect.Create(0, 0, 1, kind == PackageKind.Jar ? PackPainter.LidOfJar : 0.09f), paint);
        }

        // a mesh that is wrapped once has its front at three quarters of the texture
        foreach (var shift in (ReadOnlySpan<float>)(wrapped ? [-0.75f, 0.25f] : [0]))
        {
            using var image = Image(picture);
            canvas.DrawImage(image, SKRect.Create(place.Left + shift, place.Top, 1, place.Height), Smooth);
        }
    });

    /// <summary>A side that was not given: the front's edge goes on around the corner.</summary>
    public static byte[] SideOf(SKBitmap front) => Paint(SKColors.White, canvas =>
    {
        using var image = Image(front);
        canvas.DrawImage(image, SKRect.Create(front.Width - 1 - (front.Width / 40), 0, 1, front.Height), SKRect.Create(1, 1), Smooth);
    });

    /// <summary>A top that was not given: metal, plastic or board in the front's colour.</summary>
    public static byte[] TopOf(SKBitmap front, PackageKind kind, ulong seed) =>
        Plain(IsRound(kind) ? PackageStyle.From(PackageStyle.SeedOf(seed, kind)).Cap : EdgeOf(front));

    private static SKColor EdgeOf(SKBitmap picture) => picture.GetPixel(picture.Width / 2, picture.Height / 50).WithAlpha(255);

    private static SKImage Image(SKBitmap picture) => SKImage.FromBitmap(picture);

    private static byte[] Paint(SKColor ground, Action<SKCanvas> draw)
    {
        using var bitmap = TextureBank.Canvas();
        bitmap.Erase(ground);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Scale(bitmap.Width, bitmap.Height);
            draw(canvas);
            canvas.Flush();
        }

        return bitmap.GetPixelSpan().ToArray();
    }
}

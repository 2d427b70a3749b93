using Fleet.Twin.Own;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>The products about: a window that moves slowly with the frames, so that neighbours share painted textures.</summary>
internal sealed class Products(ulong key, long first, int count, CartonKnobs knobs)
{
    private const int FramesPerProduct = 4;
    private const int FramesPerSurfaces = 50;

    private readonly Dictionary<ulong, CartonStyle> _styles = [];

    /// <summary>Names the surfaces of the frame; like products they change every few frames, or a network would learn a few walls by heart.</summary>
    public ulong Surfaces => Chance.Mix(key + unchecked((ulong)(first * FramesPerProduct / FramesPerSurfaces)));

    /// <summary>Names the assortment of the frame: it changes every few frames, so that painted textures are shared.</summary>
    public ulong Window => Chance.Mix(key + unchecked((ulong)(first / count)));

    public static Products At(long seed, long frame, CartonKnobs knobs) =>
        new(Chance.Mix(unchecked((ulong)seed)), frame / FramesPerProduct, knobs.Styles, knobs);

    public static Products Of(SiteKnobs site, CartonKnobs knobs) =>
        new(Chance.Mix(unchecked((ulong)site.Identity)), 0, site.Products, knobs);

    private CartonStyle Styled(ulong seed)
    {
        var style = CartonStyle.From(seed, knobs);
        var own = new Chance(seed).Knob("own");
        if (knobs.Own.Count == 0 || !own.Happens(knobs.OwnShare))
        {
            return style;
        }

        var product = OwnProduct.Pick(knobs.Own, own);
        return style with { Own = product, Size = product.Size.Draw(own) };
    }

    public CartonStyle Pick(Draws draws) => Number(draws.Whole(0, count));

    public CartonStyle Number(int number)
    {
        var seed = Chance.Mix(key + unchecked((ulong)(first + number) * 0x9E3779B97F4A7C15UL));
        if (!_styles.TryGetValue(seed, out var style))
        {
            _styles[seed] = style = Styled(seed);
        }

        return style;
    }
}

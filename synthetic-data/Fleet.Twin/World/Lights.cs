using System.Numerics;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>Chooses the lamps of a frame.</summary>
internal static class Lights
{
    public static Lighting Draw(Draws draws, LightKnobs knobs, View view)
    {
        var direction = Vector3.Normalize(new Vector3(draws.Normal(), draws.Between(0.5f, 2f), (draws.Normal() * 0.6f) - (view.Forward.Z * 0.9f)));
        var key = Warm(draws.Between(knobs.Warmth)) * draws.Between(knobs.Key);
        var ambient = Warm(draws.Between(knobs.Warmth) * 0.6f) * draws.Between(knobs.Ambient);
        var place = view.Eye + (new Vector3(draws.Normal(), draws.Between(-0.2f, 1.4f), draws.Normal()) * 0.7f);
        var lamp = Warm(draws.Between(knobs.Warmth)) * (draws.Happens(0.4f) ? draws.Between(0, 0.9f) : 0);
        return new Lighting(direction, key, ambient, place, lamp);
    }

    public static Vector3 Warm(float warmth) => new(1 + (0.22f * warmth), 1 + (0.02f * warmth), 1 - (0.28f * warmth));
}

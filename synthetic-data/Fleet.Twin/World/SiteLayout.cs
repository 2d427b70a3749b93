using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>
/// One fixed place. The site's identity fixes room, racks, products and camera poses; the seed fixes what comes and goes.
/// A place's state is drawn per visit, so any frame can be made without the ones before it.
/// </summary>
internal sealed class SiteLayout(Stage stage, long seed, long frame)
{
    private const int RackBays = 3;
    private const int RackLevels = 2;
    private const float BayWidth = 2.3f;
    private const float LevelHeight = 1.35f;

    private readonly Chance _seedChance = Chance.Of(seed, -1);

    /// <summary>Which of the site's cameras; neighbouring seeds look through different ones.</summary>
    public ulong Pose => unchecked((ulong)seed) % (ulong)stage.Scene.Site.Poses;

    private Chance SiteChance => new(Chance.Mix(unchecked((ulong)stage.Scene.Site.Identity) * 7919));

    public View Build()
    {
        var fixedDraws = SiteChance.Knob("site");
        var rack = new RackSize(RackBays, RackLevels, BayWidth, LevelHeight, 1.05f, new Vector3(0.62f, 0.5f, 0.03f) * 0.7f, new Vector3(0.05f, 0.16f, 0.1f), stage.Surface(fixedDraws, Motif.Mesh));
        Furniture.Uprights(stage, fixedDraws, rack);
        for (var bay = 0; bay < RackBays * RackLevels; bay++)
        {
            var x = ((bay % RackBays) - 1) * BayWidth;
            var y = bay / RackBays * LevelHeight;
            if (y > 0)
            {
                Furniture.Level(stage, SiteChance.Knob("site/level", bay), rack, x, y);
            }

            for (var slot = 0; slot < 2; slot++)
            {
                var place = Matrix4x4.CreateTranslation(x + ((slot - 0.5f) * BayWidth * 0.47f), y, 0.05f);
                Load((bay * 2) + slot, place, new StackRoom(BayWidth * 0.43f, 0.8f, LevelHeight - 0.42f));
            }
        }

        for (var i = 0; i < 4; i++)
        {
            var own = SiteChance.Knob("site/floor", i);
            var place = Matrix4x4.CreateRotationY(own.Normal() * 0.12f) * Matrix4x4.CreateTranslation((i - 1.5f) * 1.55f, 0, own.Between(1.5f, 2.3f));
            Load(100 + i, place, new StackRoom(1.1f, 0.8f, 0.95f));
        }

        Surroundings();
        return Look();
    }

    /// <summary>The site's light wanders slowly around its own mean.</summary>
    public Lighting Light(View view)
    {
        var draws = SiteChance.Knob("site/light");
        var knobs = stage.Scene.Light;
        var direction = Vector3.Normalize(new Vector3(-0.75f + (0.25f * Wander("light/turn", 90)), 0.75f, 0.55f));
        var key = Lights.Warm(draws.Between(knobs.Warmth)) * knobs.Key.At(Wander("light/key", 60));
        var ambient = Lights.Warm(-0.4f) * knobs.Ambient.At(Wander("light/ambient", 80));
        return new Lighting(direction, key, ambient, view.Eye, Vector3.Zero);
    }

    /// <summary>A smooth value from 0 to 1 that needs about <paramref name="frames"/> frames to change.</summary>
    public float Wander(string knob, int frames)
    {
        var at = frame / (float)frames;
        var step = (long)MathF.Floor(at);
        var t = at - step;
        t = t * t * (3 - (2 * t));
        float here = _seedChance.Knob(knob, step).Unit(), next = _seedChance.Knob(knob, step + 1).Unit();
        return here + ((next - here) * t);
    }

    /// <summary>What stands in a slot now: a product while its visit lasts, its columns growing and shrinking on their own.</summary>
    private void Load(int slot, Matrix4x4 place, StackRoom room)
    {
        var furniture = SiteChance.Knob("site/pallet", slot);
        Furniture.Pallet(stage, furniture, place, room.Width + 0.08f, room.Depth + 0.1f);
        var raised = Matrix4x4.CreateTranslation(0, Furniture.PalletHeight, 0) * place;
        var visit = Visit("visit", slot, factor: 4);
        if (visit.Happens(0.12f))
        {
            return;
        }

        var style = stage.Products.Pick(visit);
        var scale = Math.Min(1, Math.Min(room.Width / style.Size.X, Math.Min(room.Depth / style.Size.Z, room.Height / style.Size.Y)));
        var cell = style.Size * scale;
        var columns = Math.Max(1, (int)((room.Width / cell.X) + 0.01f));
        var most = Math.Max(1, (int)(room.Height / cell.Y));
        var top = 0f;
        for (var column = 0; column < columns; column++)
        {
            var layers = Visit("column", (slot * 16) + column, factor: 1).Whole(most > 2 ? 1 : 0, most + 1);
            for (var layer = 0; layer < layers; layer++)
            {
                var own = Visit("carton", (((slot * 16) + column) * 16) + layer, factor: 3);
                var look = CartonLook.Of(own, 0.6f, turned: false) with { Scale = new Vector3(scale * 0.985f, scale, scale * 0.97f) };
                var foot = new Vector3((column - ((columns - 1) / 2f)) * cell.X, layer * cell.Y * 1.003f, own.Normal() * 0.03f);
                stage.AddCarton(style, foot, own.Normal() * 0.035f, look, raised);
            }

            top = Math.Max(top, layers * cell.Y);
        }

        Dress(visit, raised, new Vector3((columns * cell.X) + 0.03f, top, cell.Z + 0.08f));
    }

    private void Dress(Draws visit, Matrix4x4 place, Vector3 size)
    {
        if (size.Y > 0 && visit.Happens(stage.Scene.Cartons.Wrapped))
        {
            Furniture.Film(stage, visit, place, size);
        }

        if (size.Y > 0 && visit.Happens(stage.Scene.Cartons.Strapped))
        {
            Furniture.Straps(stage, visit, place, size);
        }
    }

    /// <summary>The draws of what is in a place now; they change when its stay is over.</summary>
    private Draws Visit(string knob, int place, float factor)
    {
        var draws = _seedChance.Knob("stay/" + knob, place);
        var stay = draws.LogBetween(stage.Scene.Site.StayFrames.Low, stage.Scene.Site.StayFrames.High) * factor;
        var number = (long)MathF.Floor((frame / stay) + draws.Unit());
        return _seedChance.Knob(knob, (place * 1_000_003L) + number);
    }

    private void Surroundings()
    {
        var count = (int)stage.Scene.Clutter.Count.High;
        for (var i = 0; i < count; i++)
        {
            var own = SiteChance.Knob("site/clutter", i);
            var at = new Vector3(own.Between(-4.5f, 4.5f), 0, own.Happens(0.5f) ? own.Between(2.6f, 4.2f) : own.Between(-3.4f, -1.6f));
            Clutter.Put(stage, own, at, own.Happens(stage.Scene.Clutter.Lookalikes));
        }

        var walker = _seedChance.Knob("walker", frame / 40);
        if (walker.Happens(0.45f))
        {
            var along = ((frame % 40) / 40f * 9) - 4.5f;
            Clutter.Person(stage, walker, Matrix4x4.CreateRotationY(walker.Happens(0.5f) ? 1.4f : -1.4f) * Matrix4x4.CreateTranslation(along, 0, walker.Between(2.5f, 3.4f)));
        }

        Room.Build(stage, -3.8f, hall: true);
    }

    private View Look()
    {
        var poses = stage.Scene.Site.Poses;
        var own = SiteChance.Knob("site/pose", (long)Pose);
        var camera = stage.Scene.Camera;
        var yaw = (((Pose + 0.5f) / poses) - 0.5f) * 1.5f + (own.Normal() * 0.06f);
        var pitch = Photographer.Radians(camera.PitchDegrees.At(0.25f + (0.5f * own.Unit())));
        var back = new Vector3(MathF.Sin(yaw) * MathF.Cos(pitch), MathF.Sin(pitch), MathF.Cos(yaw) * MathF.Cos(pitch));
        var target = new Vector3(own.Between(-0.5f, 0.5f), 1.05f, 0.6f);
        return new View(target + (back * own.Between(4.6f, 5.4f)), -back, own.Normal() * 0.012f, Photographer.Radians(camera.FovDegrees.Low));
    }
}

using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>Everything one frame is drawn from.</summary>
/// <param name="Camera">Chance of what is fixed in the camera: a live one does not change its exposure from frame to frame.</param>
internal sealed record FilmSet(Stage Stage, View View, Lighting Light, Chance Camera, bool Backdrop, bool Fixed)
{
    /// <summary>After so many worlds that show too little, one is taken as it is.</summary>
    public const int Attempts = 40;

    /// <summary>Null where the camera would stand inside something.</summary>
    public static FilmSet? Build(Scene scene, long seed, long index, int attempt)
    {
        var chance = Chance.Of(seed, index);
        if (scene.World == SceneWorld.Shelf)
        {
            return Varied(scene, seed, index, attempt, chance, stage => new ShelfLayout(stage, Products.At(seed, index, scene.Cartons).Window).Build());
        }

        var layouts = scene.Layouts;
        var others = layouts.Varied;
        return chance.Knob("site").Unit() * (others + layouts.Site) < layouts.Site
            ? Site(scene, seed, index)
            : Varied(scene, seed, index, attempt, chance, stage => Layouts.Build(stage, chance.Knob("layout").Unit()));
    }

    /// <summary>Whether the frame shows what it was made for: cartons that are neither gone nor fill it all.</summary>
    public bool Accepts(List<TwinAnnotation> annotations, Scene scene)
    {
        if (Fixed || Stage.Cartons.Count == 0)
        {
            return true;
        }

        var whole = scene.Camera.Width * (float)scene.Camera.Height;
        return annotations.Count > 0 && annotations.All(a => a.Box.Width * a.Box.Height < whole * 0.7f);
    }

    private static FilmSet Site(Scene scene, long seed, long index)
    {
        var site = new Chance(Chance.Mix(unchecked((ulong)scene.Site.Identity)));
        var stage = new Stage(scene, site, Products.Of(scene.Site, scene.Cartons));
        var layout = new SiteLayout(stage, seed, index);
        var view = layout.Build();
        return new FilmSet(stage, view, layout.Light(view), new Chance(site.Key + layout.Pose), Backdrop: false, Fixed: true);
    }

    private static FilmSet? Varied(Scene scene, long seed, long index, int attempt, Chance chance, Func<Stage, Shot> build)
    {
        // what a frame is about stays over the attempts: else hard kinds would become rare
        var world = new Chance(Chance.Mix(chance.Key + (ulong)attempt));
        var stage = new Stage(scene, attempt == 0 ? chance : world, Products.At(seed, index, scene.Cartons));
        var shot = build(stage);
        var view = Photographer.Frame(stage, shot);
        if (view is null && attempt < Attempts)
        {
            return null;
        }

        view ??= new View(new System.Numerics.Vector3(0, 1.4f, 4), -System.Numerics.Vector3.UnitZ, 0, MathF.Min(1, Photographer.Radians(scene.Camera.FovDegrees.High)));
        if (shot.Backdrop)
        {
            Photographer.Backdrop(stage, view);
        }

        return new FilmSet(stage, view, Lights.Draw(chance.Knob("light"), scene.Light, view), chance, shot.Backdrop, Fixed: false);
    }
}

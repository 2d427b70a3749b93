using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Twin.Own;

namespace Fleet.Twin.Scenes;

/// <summary>YAML → <see cref="Scene"/>; what a file leaves out has the value given here.</summary>
internal static class SceneReader
{
    private static readonly Dictionary<string, SceneWorld> Worlds = new(StringComparer.Ordinal)
    {
        ["warehouse"] = SceneWorld.Warehouse,
        ["shelf"] = SceneWorld.Shelf,
        ["night-sky"] = SceneWorld.NightSky,
    };

    public static Scene Read(string path)
    {
        var source = SceneSource.Load(path);
        var own = new Belongings(source.Folders);
        var root = new SceneMap(Path.GetFileName(path), "", source.Root, own: own);
        var scene = root.Choice("world", SceneWorld.Warehouse, Worlds) switch
        {
            SceneWorld.NightSky => Sky(root),
            SceneWorld.Shelf => Shelf(root),
            _ => Warehouse(root),
        };
        root.Close();
        var plate = scene.Plate.Beside(path, source.Folders);
        return scene with { Name = Path.GetFileNameWithoutExtension(path), Plate = plate, Digest = own.Seal(plate.Seal(source.Digest)), Own = own };
    }

    /// <summary>What a file may say, as JSON Schema.</summary>
    public static JsonObject Schema()
    {
        JsonObject Fields(Func<SceneMap, Scene> read)
        {
            var fields = new JsonObject { ["extends"] = new JsonObject { ["type"] = "string" } };
            _ = read(new SceneMap("", "", [], fields));
            return fields;
        }

        return SceneSchema.Of([("warehouse", Fields(Knobs), false), ("shelf", Fields(Shelf), true), ("night-sky", Fields(Sky), true)]);
    }

    private static Scene Warehouse(SceneMap root)
    {
        var scene = Knobs(root);
        var weights = scene.Layouts;
        return weights.Varied + weights.Site > 0
            ? scene
            : throw root.Refuse("layouts", "the field 'layouts' gives no layout a weight above 0; allowed are pallets, racks, floor, cctv, studio, empty, site, conveyors, stations, fronts.");
    }

    /// <summary>The sky knows a camera and a sky; nothing stands there.</summary>
    private static Scene Sky(SceneMap root) => Knobs(root.Nothing()) with
    {
        World = SceneWorld.NightSky,
        Label = root.Text("label", "satellite"),
        Camera = Camera(root.Map("camera"), bends: false),
        Sky = SkyKnobs.Read(root.Map("sky")),
    };

    /// <summary>A shelf has no cartons to describe but how large they are seen and how many products there are.</summary>
    private static Scene Shelf(SceneMap root)
    {
        var packages = root.Map("packages");
        var knobs = Knobs(root.Nothing());
        var scene = knobs with
        {
            World = SceneWorld.Shelf,
            Cartons = knobs.Cartons with
            {
                SizePx = packages.Interval("sizePx", new Interval(24, 130), 4, 320),
                Styles = packages.Whole("products", 40, 1, 60),
                Own = OwnReader.Products(packages, shelf: true),
                OwnShare = packages.Number("ownShare", 0.5f, 0, 1),
            },
            Camera = Camera(root.Map("camera")),
            Clutter = Clutter(root.Map("clutter")),
            Light = Light(root.Map("light")),
            Sensor = Sensor(root.Map("sensor")),
            Boxes = Boxes(root.Map("boxes")),
            Plate = PlateKnobs.Read(root.Map("plate")),
            Shelf = ShelfKnobs.Read(root.Map("shelf")),
        };
        packages.Close();
        return scene;
    }

    private static Scene Knobs(SceneMap root) => new()
    {
        Name = "",
        Digest = "",
        Label = root.Text("label", "box"),
        Camera = Camera(root.Map("camera")),
        Layouts = Layouts(root.Map("layouts")),
        Cartons = Cartons(root.Map("cartons")),
        Clutter = Clutter(root.Map("clutter")),
        Light = Light(root.Map("light")),
        Sensor = Sensor(root.Map("sensor")),
        Boxes = Boxes(root.Map("boxes")),
        Site = Site(root.Map("site")),
        Conveyor = ConveyorKnobs.Read(root.Map("conveyor")),
        Station = StationKnobs.Read(root.Map("station")),
        Plate = PlateKnobs.Read(root.Map("plate")),
        Shelf = ShelfKnobs.Read(root.Nothing()),
        Sky = SkyKnobs.Read(root.Nothing()),
    };

    /// <param name="bends">Whether the world is drawn through a lens; the sky is painted straight onto the sensor.</param>
    private static CameraKnobs Camera(SceneMap map, bool bends = true)
    {
        var knobs = new CameraKnobs(
            map.Whole("width", 640, 64, 4096),
            map.Whole("height", 480, 64, 4096),
            map.Interval("fov", new Interval(34, 77), 10, 120),
            map.Interval("pitch", new Interval(-15, 88), -30, 90),
            map.Number("grey", 0, 0, 1));
        if (bends)
        {
            var intrinsics = IntrinsicsKnobs.Read(map.Map("intrinsics"), knobs.Width, knobs.Height);
            knobs = knobs with { Lens = LensKnobs.Read(map.Map("lens")), Intrinsics = intrinsics, FovDegrees = intrinsics?.FovDegrees(knobs.Height) ?? knobs.FovDegrees };
        }

        map.Close();
        return LensKnobs.Checked(knobs, map);
    }

    private static LayoutKnobs Layouts(SceneMap map)
    {
        float Weight(string key) => map.Number(key, 0, 0, 1000);
        var knobs = new LayoutKnobs(
            Weight("pallets"), Weight("racks"), Weight("floor"), Weight("cctv"), Weight("studio"), Weight("empty"), Weight("site"), Weight("conveyors"), Weight("stations"), Weight("fronts"));
        map.Close();
        return knobs;
    }

    private static CartonKnobs Cartons(SceneMap map)
    {
        float Share(string key, float standard) => map.Number(key, standard, 0, 1);
        var knobs = new CartonKnobs(
            map.Interval("sizePx", new Interval(28, 200), 4, 320),
            map.Whole("styles", 48, 1, 64),
            Share("kraft", 0.7f),
            Share("white", 0.13f),
            Share("grey", 0.06f),
            map.Interval("hue", new Interval(24, 42), 0, 360),
            map.Interval("brightness", new Interval(0.5f, 0.9f), 0, 1),
            Share("printed", 0.75f),
            Share("labelled", 0.6f),
            Share("taped", 0.6f),
            Share("tall", 0.1f),
            Share("strapped", 0.12f),
            Share("wrapped", 0.14f),
            Share("open", 0.12f))
        {
            Proportion = map.Interval("proportion", new Interval(0.4f, 1.3f), 0.1f, 5),
            Own = OwnReader.Products(map, shelf: false),
            OwnShare = Share("ownShare", 0.5f),
        };
        map.Close();
        return knobs;
    }

    private static ClutterKnobs Clutter(SceneMap map)
    {
        var knobs = new ClutterKnobs(
            map.Interval("count", new Interval(0, 6), 0, 40),
            map.Number("lookalikes", 0.4f, 0, 1),
            map.Number("foreground", 0.15f, 0, 1))
        {
            Own = OwnReader.Clutter(map),
            OwnShare = map.Number("ownShare", 0.5f, 0, 1),
            Random = map.Number("random", 0, 0, 1),
        };
        map.Close();
        return knobs;
    }

    private static LightKnobs Light(SceneMap map)
    {
        var knobs = new LightKnobs(
            map.Interval("ambient", new Interval(0.35f, 0.9f), 0, 4),
            map.Interval("key", new Interval(0.1f, 1.2f), 0, 8),
            map.Interval("warmth", new Interval(-0.5f, 0.7f), -1, 1),
            map.Interval("exposure", new Interval(70, 150), 5, 250),
            map.Number("dark", 0.1f, 0, 1));
        map.Close();
        return knobs;
    }

    private static SensorKnobs Sensor(SceneMap map)
    {
        var knobs = new SensorKnobs(
            map.Interval("blur", new Interval(0.2f, 0.9f), 0, 8),
            map.Interval("motion", new Interval(0, 0), 0, 40),
            map.Interval("sharpen", new Interval(0, 0.7f), 0, 3),
            map.Interval("noise", new Interval(0, 4), 0, 60),
            map.Interval("gamma", new Interval(0.8f, 1.25f), 0.3f, 3),
            map.Interval("contrast", new Interval(0.9f, 1.15f), 0.2f, 3),
            map.Interval("vignette", new Interval(0, 0.35f), 0, 1),
            map.Interval("jpeg", new Interval(40, 97), 1, 100));
        map.Close();
        return knobs;
    }

    private static BoxKnobs Boxes(SceneMap map)
    {
        var knobs = new BoxKnobs(map.Number("minVisible", 0.2f, 0, 1), map.Number("minSidePx", 9, 1, 320));
        map.Close();
        return knobs;
    }

    private static SiteKnobs Site(SceneMap map)
    {
        var knobs = new SiteKnobs(
            map.Whole("identity", 1, 0, 1_000_000),
            map.Whole("poses", 2, 1, 16),
            map.Whole("products", 6, 1, 40),
            map.Interval("stayFrames", new Interval(6, 60), 1, 100_000));
        map.Close();
        return knobs;
    }
}

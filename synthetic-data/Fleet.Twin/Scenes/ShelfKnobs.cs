namespace Fleet.Twin.Scenes;

/// <summary>Kinds of packages on a shelf; the name in lower case is the class that is labelled.</summary>
public enum PackageKind
{
    /// <summary>Folding box, as of cereals or tea.</summary>
    Box,

    /// <summary>Tin.</summary>
    Can,

    /// <summary>Bottle with neck and cap.</summary>
    Bottle,

    /// <summary>Pillow bag, as of crisps or coffee.</summary>
    Bag,

    /// <summary>Glass with a wide lid.</summary>
    Jar,

    /// <summary>Drinks carton with a gable.</summary>
    Carton,

    /// <summary>Cup that widens upwards, as of yoghurt.</summary>
    Tub,

    /// <summary>Slim round tube with a lid.</summary>
    Tube,
}

/// <summary>A shelf in a shop. Shares are 0 to 1, lengths metres.</summary>
/// <param name="Kinds">Weight of each kind of package.</param>
/// <param name="Bays">How many shelf bays stand side by side.</param>
/// <param name="Levels">How many boards a bay has.</param>
/// <param name="LevelHeight">From board to board.</param>
/// <param name="Facings">How many packages of one product stand side by side.</param>
/// <param name="Rows">How many stand one behind the other.</param>
/// <param name="Empty">Share of facings where nothing is left; labelled as the class <c>empty</c>.</param>
/// <param name="Depleted">Share of facings where the front has been taken and stock stands further back.</param>
/// <param name="Untidy">Share of packages turned or pushed out of line.</param>
/// <param name="Fallen">Share of packages that lie.</param>
/// <param name="Yaw">From which side the camera looks, degrees from straight on.</param>
public sealed record ShelfKnobs(
    IReadOnlyDictionary<PackageKind, float> Kinds,
    Interval Bays,
    Interval Levels,
    Interval LevelHeight,
    Interval Facings,
    Interval Rows,
    float Empty,
    float Depleted,
    float Untidy,
    float Fallen,
    Interval Yaw)
{
    /// <summary>Class of a facing with nothing in it.</summary>
    public const string EmptyFacing = "empty";

    /// <summary>Class of a package.</summary>
    public static string Label(PackageKind kind) => kind switch
    {
        PackageKind.Box => "box",
        PackageKind.Can => "can",
        PackageKind.Bottle => "bottle",
        PackageKind.Bag => "bag",
        PackageKind.Jar => "jar",
        PackageKind.Carton => "carton",
        PackageKind.Tub => "tub",
        _ => "tube",
    };

    /// <summary>The classes that can be seen, in the order of the kinds, the empty facing last.</summary>
    /// <param name="own">Classes of the user's own products.</param>
    /// <param name="painted">Whether products without pictures of their own stand there too.</param>
    internal IReadOnlyList<string> ClassesWith(IEnumerable<string> own, bool painted)
    {
        var kinds = Kinds.Where(k => k.Value > 0 && painted).Select(k => Label(k.Key));
        return [.. kinds.Concat(own).Where(c => c != EmptyFacing).Distinct(StringComparer.Ordinal), .. Empty > 0 ? [EmptyFacing] : Array.Empty<string>()];
    }

    /// <summary>Reads the field <c>shelf</c> of a scene; what it leaves out has the value given here.</summary>
    internal static ShelfKnobs Read(SceneMap map)
    {
        var weights = map.Map("kinds");
        var kinds = Enum.GetValues<PackageKind>().ToDictionary(k => k, k => weights.Number(Label(k), 1, 0, 1000));
        weights.Close();
        var knobs = new ShelfKnobs(
            kinds,
            map.Interval("bays", new Interval(1, 3), 1, 6),
            map.Interval("levels", new Interval(3, 5), 1, 8),
            map.Interval("levelHeight", new Interval(0.26f, 0.42f), 0.1f, 1),
            map.Interval("facings", new Interval(1, 5), 1, 20),
            map.Interval("rows", new Interval(1, 3), 1, 5),
            map.Number("empty", 0.09f, 0, 1),
            map.Number("depleted", 0.12f, 0, 1),
            map.Number("untidy", 0.15f, 0, 1),
            map.Number("fallen", 0.015f, 0, 1),
            map.Interval("yaw", new Interval(-32, 32), -80, 80));
        map.Close();
        return kinds.Values.Sum() > 0 ? knobs : throw map.Refuse("kinds", "the field 'shelf.kinds' gives no package a weight above 0.");
    }
}

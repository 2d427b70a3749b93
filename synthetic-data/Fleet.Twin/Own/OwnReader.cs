using System.Numerics;
using Fleet.Twin.Scenes;
using Fleet.Twin.World;

namespace Fleet.Twin.Own;

/// <summary>Reads the lists of the user's own products and clutter out of a scene file.</summary>
internal static class OwnReader
{
    private const int MostProducts = 32;
    private const int MostClutter = 16;

    private static readonly Dictionary<string, PackageKind> Kinds = Enum.GetValues<PackageKind>().ToDictionary(ShelfKnobs.Label, k => k);

    private static readonly Dictionary<string, bool> UpAxes = new(StringComparer.Ordinal) { ["y"] = false, ["z"] = true };

    /// <param name="shelf">Packages of all kinds; else cartons, which are boxes.</param>
    public static IReadOnlyList<OwnProduct> Products(SceneMap map, bool shelf)
    {
        var number = 0;
        return map.Items("own", MostProducts, item => Product(item, shelf, number++));
    }

    public static IReadOnlyList<OwnClutter> Clutter(SceneMap map) => map.Items("own", MostClutter, item =>
    {
        var weight = item.Number("weight", 1, 0, 1000);
        var height = item.Measure("height", 0.02f, 12);
        var asset = AssetOf(item);
        item.Close();
        if (asset is null)
        {
            return item.IsSchema ? null : throw item.Refuse("model", $"'{item.Prefix}model' is wanted: the path of a glTF 2.0 file (.glb or .gltf).");
        }

        return new OwnClutter(asset, height ?? new Interval(asset.SizeM.Y, asset.SizeM.Y), weight);
    });

    private static OwnProduct? Product(SceneMap item, bool shelf, int number)
    {
        var label = item.Text("label", "");
        var kind = shelf ? item.Choice("kind", PackageKind.Box, Kinds) : PackageKind.Box;
        var weight = item.Number("weight", 1, 0, 1000);
        var height = item.Measure("height", 0.01f, 3);
        var width = item.Measure("width", 0.01f, 3);
        var depth = item.Measure("depth", 0.01f, 3);
        var trim = item.Choice("trim", true, new Dictionary<string, bool>(StringComparer.Ordinal) { ["true"] = true, ["false"] = false });
        var asset = AssetOf(item);
        using var front = item.Picture("front", trim);
        using var wrap = item.Picture("wrap", trim);
        using var side = item.Picture("side", trim);
        using var top = item.Picture("top", trim);
        item.Close();
        if (item.IsSchema)
        {
            return null;
        }

        Check(item, kind, asset, front, wrap);
        var product = new OwnProduct(number, label.Length == 0 ? null : label, kind, weight, SizeOf(item, kind, asset, front, (height, width, depth)));
        return asset is not null ? product with { Asset = asset } : product with { Faces = item.Kept("front", own => Faces(own, kind, number, (front ?? wrap!, wrap is not null, side, top))), Wrapped = wrap is not null };
    }

    private static void Check(SceneMap item, PackageKind kind, Asset? asset, Picture? front, Picture? wrap)
    {
        if (new object?[] { asset, front, wrap }.Count(o => o is not null) != 1)
        {
            throw item.Refuse("front", $"'{item.Prefix.TrimEnd('.')}' wants one of front (a picture of the front), wrap (a label that goes once around a can, bottle, jar, tub or tube) or model (a glTF 2.0 file).");
        }

        if (wrap is not null && !FacePainter.IsRound(kind))
        {
            throw item.Refuse("wrap", $"the field '{item.Prefix}wrap' goes around round packages; a {ShelfKnobs.Label(kind)} wants front, and may have side and top.");
        }
    }

    private static OwnSize SizeOf(SceneMap item, PackageKind kind, Asset? asset, Picture? front, (Interval? Height, Interval? Width, Interval? Depth) given)
    {
        var usual = asset?.SizeM ?? PackageStyle.From(PackageStyle.SeedOf(Chance.Mix((ulong)kind), kind)).Size;
        var proportions = usual / usual.Y;
        if (asset is null && front is not null && !FacePainter.IsRound(kind))
        {
            proportions = new Vector3(front.Aspect, 1, front.Aspect * usual.Z / usual.X);
        }

        if (asset is not null && (given.Width ?? given.Depth) is not null)
        {
            throw item.Refuse("width", $"'{item.Prefix.TrimEnd('.')}' is a model, which keeps its proportions: give its height, or scale, alone.");
        }

        return new OwnSize(given.Height ?? new Interval(usual.Y, usual.Y), given.Width, given.Depth ?? (FacePainter.IsRound(kind) ? given.Width : null), proportions);
    }

    private static (Face Side, Face Top, Face Front) Faces(
        Belongings own, PackageKind kind, int number, (Picture Front, bool Wrapped, Picture? Side, Picture? Top) pictures)
    {
        var seed = Chance.Mix((ulong)number);
        var front = own.Keep(FacePainter.Front(pictures.Front.Bitmap, kind, pictures.Wrapped, seed));
        // a round package and a bag show their front all around
        var side = pictures.Side is { } given ? own.Keep(FacePainter.Whole(given.Bitmap))
            : FacePainter.IsRound(kind) || kind == PackageKind.Bag ? front : own.Keep(FacePainter.SideOf(pictures.Front.Bitmap));
        var top = own.Keep(pictures.Top is { } lid ? FacePainter.Whole(lid.Bitmap) : FacePainter.TopOf(pictures.Front.Bitmap, kind, seed));
        return (side, top, front);
    }

    private static Asset? AssetOf(SceneMap item)
    {
        var scale = item.Number("scale", 1, 0.00001f, 10_000);
        var up = item.Choice("up", false, UpAxes);
        var turn = item.Number("turn", 0, -360, 360);
        return item.Asset("model", new AssetPose(scale, up, turn));
    }
}

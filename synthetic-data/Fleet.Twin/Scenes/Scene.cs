using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.Twin.Own;

namespace Fleet.Twin.Scenes;

/// <summary>A site as a file describes it: what stands there, how it is lit, through which camera it is seen.</summary>
public sealed record Scene
{
    /// <summary>Name of the file without folder and ending.</summary>
    public required string Name { get; init; }

    /// <summary><c>sha256:</c> and the hash of the file, for lineage.</summary>
    public required string Digest { get; init; }

    /// <summary>What kind of place it is.</summary>
    public SceneWorld World { get; init; }

    /// <summary>The class that is labelled where the world has but one.</summary>
    public required string Label { get; init; }

    /// <summary>All classes that can be labelled; <see cref="Label"/> alone where the world has but one.</summary>
    public IReadOnlyList<string> Classes => World == SceneWorld.Shelf
        ? Shelf.ClassesWith(OwnLabels, Cartons.Own.Count == 0 || Cartons.OwnShare < 1)
        : [.. OwnLabels.Prepend(Label).Distinct(StringComparer.Ordinal)];

    /// <summary>The user's own pictures and meshes.</summary>
    internal Belongings Own { get; init; } = new([]);

    private IEnumerable<string> OwnLabels => Cartons.Own.Select(p => p.Label ?? (World == SceneWorld.Shelf ? ShelfKnobs.Label(p.Kind) : Label));

    /// <summary>The camera.</summary>
    public required CameraKnobs Camera { get; init; }

    /// <summary>What the frames show, by weight.</summary>
    public required LayoutKnobs Layouts { get; init; }

    /// <summary>The cartons.</summary>
    public required CartonKnobs Cartons { get; init; }

    /// <summary>Things that are not cartons.</summary>
    public required ClutterKnobs Clutter { get; init; }

    /// <summary>The light.</summary>
    public required LightKnobs Light { get; init; }

    /// <summary>What lens, sensor and encoder do to a frame.</summary>
    public required SensorKnobs Sensor { get; init; }

    /// <summary>Which cartons are labelled.</summary>
    public required BoxKnobs Boxes { get; init; }

    /// <summary>The fixed place that the layout <c>site</c> shows.</summary>
    public required SiteKnobs Site { get; init; }

    /// <summary>The conveyors of the layout <c>conveyors</c>.</summary>
    public required ConveyorKnobs Conveyor { get; init; }

    /// <summary>The benches of the layout <c>stations</c>.</summary>
    public required StationKnobs Station { get; init; }

    /// <summary>A picture of the real place, put behind what is rendered.</summary>
    public required PlateKnobs Plate { get; init; }

    /// <summary>The shelf of a scene whose world is <see cref="SceneWorld.Shelf"/>.</summary>
    public required ShelfKnobs Shelf { get; init; }

    /// <summary>The sky of a scene whose world is <see cref="SceneWorld.NightSky"/>.</summary>
    public required SkyKnobs Sky { get; init; }

    /// <summary>Reads a scene.</summary>
    /// <param name="pathOrName">A file, or the name of a scene that ships with the twin (<c>warehouse</c>).</param>
    /// <exception cref="ProblemException"><c>scene.invalid</c>; the text names file, line, field and what is allowed.</exception>
    public static Scene Load(string pathOrName) => SceneReader.Read(SceneFiles.Find(pathOrName));
}

/// <summary>Kinds of places a scene can describe.</summary>
public enum SceneWorld
{
    /// <summary>Halls, racks, pallets and cartons.</summary>
    Warehouse,

    /// <summary>Stars, and satellites among them.</summary>
    NightSky,

    /// <summary>A shop's shelf with packages and empty facings.</summary>
    Shelf,
}

/// <summary>The camera.</summary>
/// <param name="Width">px.</param>
/// <param name="Height">px.</param>
/// <param name="FovDegrees">Vertical field of view.</param>
/// <param name="PitchDegrees">How far it looks down; the layout's own range is cut to it.</param>
/// <param name="Grey">Share of frames without colour.</param>
public sealed record CameraKnobs(int Width, int Height, Interval FovDegrees, Interval PitchDegrees, float Grey)
{
    /// <summary>How its lens bends straight lines.</summary>
    public LensKnobs Lens { get; init; } = new(default, default, default, default, default);

    /// <summary>What a calibration measured; null where <see cref="FovDegrees"/> is all that is known.</summary>
    public IntrinsicsKnobs? Intrinsics { get; init; }

    /// <summary>Straight lines stay straight and the axis meets the middle of the frame.</summary>
    internal bool IsPinhole => Lens.IsStraight && Intrinsics is null;

    /// <summary>The same camera with frames of another size.</summary>
    internal CameraKnobs Resized(int width, int height) => this with
    {
        Width = width,
        Height = height,
        Intrinsics = Intrinsics?.Scaled(width / (float)Width, height / (float)Height),
    };
}

/// <summary>What the frames show, by weight.</summary>
/// <param name="Pallets">Stacks on pallets, seen from the front.</param>
/// <param name="Racks">Racks with pallets and cartons.</param>
/// <param name="Floor">Loose cartons on a floor.</param>
/// <param name="Cctv">A hall from above, small cartons.</param>
/// <param name="Studio">A few cartons on a table or before nothing, as depalletising cameras see them.</param>
/// <param name="Empty">No carton at all.</param>
/// <param name="Site">The fixed place of <see cref="Scene.Site"/>.</param>
/// <param name="Conveyors">Goods on belts and rollers.</param>
/// <param name="Stations">Packing stations.</param>
/// <param name="Fronts">Cartons side by side and stacked, from the front, filling the picture.</param>
public sealed record LayoutKnobs(float Pallets, float Racks, float Floor, float Cctv, float Studio, float Empty, float Site, float Conveyors, float Stations, float Fronts)
{
    /// <summary>All but the fixed place.</summary>
    internal float Varied => Pallets + Racks + Floor + Cctv + Studio + Empty + Conveyors + Stations + Fronts;
}

/// <summary>The cartons. Shares are 0 to 1.</summary>
/// <param name="SizePx">Side of a carton in a frame of 320 px.</param>
/// <param name="Styles">How many products are about at a time.</param>
/// <param name="Kraft">Share of brown board; what kraft, white and grey leave is coloured.</param>
/// <param name="White">Share of white board.</param>
/// <param name="Grey">Share of grey board.</param>
/// <param name="Hue">Hue of the brown, degrees.</param>
/// <param name="Brightness">Of the brown, 0 to 1.</param>
/// <param name="Printed">Share with print.</param>
/// <param name="Labelled">Share with a paper label.</param>
/// <param name="Taped">Share with tape.</param>
/// <param name="Tall">Share of products three to six times as high as wide.</param>
/// <param name="Strapped">Share of stacks with straps.</param>
/// <param name="Wrapped">Share of stacks in stretch film.</param>
/// <param name="Open">Share of loose cartons with open flaps.</param>
public sealed record CartonKnobs(
    Interval SizePx,
    int Styles,
    float Kraft,
    float White,
    float Grey,
    Interval Hue,
    Interval Brightness,
    float Printed,
    float Labelled,
    float Taped,
    float Tall,
    float Strapped,
    float Wrapped,
    float Open)
{
    /// <summary>Height of an ordinary carton over its width.</summary>
    internal Interval Proportion { get; init; }

    /// <summary>Products of the user's own, with their pictures on them.</summary>
    internal IReadOnlyList<OwnProduct> Own { get; init; } = [];

    /// <summary>Share of the products about that are the user's own, where there are any.</summary>
    public float OwnShare { get; init; }
}

/// <summary>Things that are not cartons.</summary>
/// <param name="Count">How many.</param>
/// <param name="Lookalikes">Share of them that resembles cartons: wooden furniture, bags, crates, panels.</param>
/// <param name="Foreground">Share of frames with something close to the lens.</param>
public sealed record ClutterKnobs(Interval Count, float Lookalikes, float Foreground)
{
    /// <summary>Share of frames in which whatever is no carton wears pictures and colours of anything: what always looks otherwise is no mark of a carton.</summary>
    public float Random { get; init; }

    /// <summary>Assets of the user's own.</summary>
    internal IReadOnlyList<OwnClutter> Own { get; init; } = [];

    /// <summary>Share of the things about that are the user's own, where there are any.</summary>
    public float OwnShare { get; init; }
}

/// <summary>The light.</summary>
/// <param name="Ambient">From everywhere.</param>
/// <param name="Key">From the strongest lamp, with shadow.</param>
/// <param name="Warmth">From blue (-1) to orange (1).</param>
/// <param name="Exposure">Mean brightness the camera aims at, 0 to 255.</param>
/// <param name="Dark">Share of frames far below it.</param>
public sealed record LightKnobs(Interval Ambient, Interval Key, Interval Warmth, Interval Exposure, float Dark);

/// <summary>What lens, sensor and encoder do to a frame.</summary>
/// <param name="Blur">Standard deviation, px.</param>
/// <param name="Motion">Length of the smear, px.</param>
/// <param name="Sharpen">Strength of the camera's sharpening.</param>
/// <param name="Noise">Standard deviation in the dark, grey values.</param>
/// <param name="Gamma">Exponent on top of the usual curve; above 1 is darker.</param>
/// <param name="Contrast">Around the middle; 1 changes nothing.</param>
/// <param name="Vignette">Loss in the corner, 0 to 1.</param>
/// <param name="Jpeg">Encoder quality, 1 to 100.</param>
public sealed record SensorKnobs(Interval Blur, Interval Motion, Interval Sharpen, Interval Noise, Interval Gamma, Interval Contrast, Interval Vignette, Interval Jpeg);

/// <summary>Which cartons are labelled; boxes hold the visible pixels alone.</summary>
/// <param name="MinVisible">Least share of the outline inside the frame that must be visible.</param>
/// <param name="MinSidePx">Least width and height in a frame of 320 px.</param>
public sealed record BoxKnobs(float MinVisible, float MinSidePx);

/// <summary>A picture of the real place without its goods, put behind what is rendered.</summary>
/// <param name="File">Full path; null for none.</param>
/// <param name="Share">Share of frames that have it, 0 to 1.</param>
public sealed record PlateKnobs(string? File, float Share)
{
    internal static PlateKnobs Read(SceneMap map)
    {
        var file = map.Text("file", "");
        var knobs = new PlateKnobs(file.Length == 0 ? null : file, map.Number("share", 0.5f, 0, 1));
        map.Close();
        return knobs;
    }

    /// <summary>The digest of a scene with the plate's bytes in it.</summary>
    internal string Seal(string digest) => File is null
        ? digest
        : "sha256:" + Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(digest), .. System.IO.File.ReadAllBytes(File)]));

    /// <summary>The file's name is relative to that of the scene.</summary>
    /// <exception cref="ProblemException"><c>scene.invalid</c>: there is no such file.</exception>
    /// <param name="folders">The scene's own, then those of the scenes it extends.</param>
    internal PlateKnobs Beside(string scene, IReadOnlyList<string> folders)
    {
        if (File is null)
        {
            return this;
        }

        return folders.Select(f => Path.Combine(f, File)).FirstOrDefault(System.IO.File.Exists) is { } path
            ? this with { File = path }
            : throw new ProblemException(Problems.SceneInvalid, $"{Path.GetFileName(scene)}: the plate '{File}' is not beside the scene; put the picture there or leave the field 'plate' out.");
    }
}

/// <summary>A fixed place: its look comes from its identity, its traffic from the seed.</summary>
/// <param name="Identity">Chooses colours, prints, room and camera poses.</param>
/// <param name="Poses">How many cameras look at it; the seed chooses one.</param>
/// <param name="Products">How many products it handles.</param>
/// <param name="StayFrames">How long a carton stays in its place, frames.</param>
public sealed record SiteKnobs(int Identity, int Poses, int Products, Interval StayFrames);

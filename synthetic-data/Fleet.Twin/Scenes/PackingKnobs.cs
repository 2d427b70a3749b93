namespace Fleet.Twin.Scenes;

/// <summary>Conveyors. Lengths in metres, shares 0 to 1.</summary>
/// <param name="Length">Of one straight piece.</param>
/// <param name="Width">Of what carries.</param>
/// <param name="Height">Of what carries, above the floor.</param>
/// <param name="Spacing">Free room between goods that follow each other.</param>
/// <param name="Belt">Share with a belt; the rest have rollers.</param>
/// <param name="Lines">How many run side by side.</param>
public sealed record ConveyorKnobs(Interval Length, Interval Width, Interval Height, Interval Spacing, float Belt, Interval Lines)
{
    /// <summary>Reads the field <c>conveyor</c> of a scene.</summary>
    internal static ConveyorKnobs Read(SceneMap map)
    {
        var knobs = new ConveyorKnobs(
            map.Interval("length", new Interval(3, 8), 1, 20),
            map.Interval("width", new Interval(0.45f, 0.8f), 0.2f, 2),
            map.Interval("height", new Interval(0.6f, 0.95f), 0.2f, 2.5f),
            map.Interval("spacing", new Interval(0.05f, 0.9f), 0, 5),
            map.Number("belt", 0.5f, 0, 1),
            map.Interval("lines", new Interval(1, 2), 1, 4));
        map.Close();
        return knobs;
    }
}

/// <summary>Packing stations: a bench with goods, tools and somebody who packs. Lengths in metres, shares 0 to 1.</summary>
/// <param name="Width">Of the bench.</param>
/// <param name="Depth">Of the bench.</param>
/// <param name="Height">Of the bench above the floor.</param>
/// <param name="Goods">How many cartons lie on the bench.</param>
/// <param name="Shelf">Share with a board above the bench.</param>
/// <param name="Screen">Share with a screen.</param>
/// <param name="Worker">Share with somebody who stands there.</param>
/// <param name="Stations">How many stand side by side.</param>
public sealed record StationKnobs(Interval Width, Interval Depth, Interval Height, Interval Goods, float Shelf, float Screen, float Worker, Interval Stations)
{
    /// <summary>Reads the field <c>station</c> of a scene.</summary>
    internal static StationKnobs Read(SceneMap map)
    {
        var knobs = new StationKnobs(
            map.Interval("width", new Interval(1.4f, 2.2f), 0.6f, 4),
            map.Interval("depth", new Interval(0.7f, 0.95f), 0.4f, 2),
            map.Interval("height", new Interval(0.75f, 0.95f), 0.4f, 1.4f),
            map.Interval("goods", new Interval(1, 5), 0, 12),
            map.Number("shelf", 0.6f, 0, 1),
            map.Number("screen", 0.6f, 0, 1),
            map.Number("worker", 0.35f, 0, 1),
            map.Interval("stations", new Interval(1, 3), 1, 5));
        map.Close();
        return knobs;
    }
}

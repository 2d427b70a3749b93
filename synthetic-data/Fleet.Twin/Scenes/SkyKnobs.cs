namespace Fleet.Twin.Scenes;

/// <summary>The night sky that a fixed telescope sees. Levels are those of an 8-bit picture, 0 to 255.</summary>
/// <param name="Background">Level of the sky at the optical axis.</param>
/// <param name="Vignette">Loss of the background in the corner, 0 to 1.</param>
/// <param name="Glow">Levels that light pollution adds at the horizon's side.</param>
/// <param name="Noise">Standard deviation of the background.</param>
/// <param name="Stars">How many stars rise above the noise.</param>
/// <param name="StarPeak">Peak of a star above the background; faint ones are the most by far.</param>
/// <param name="StarTrail">How far the sky turns during an exposure, px.</param>
/// <param name="Spread">Standard deviation of the image of a point, px.</param>
/// <param name="HotPixels">Pixels that are bright whatever they see; they stay where they are in a seed.</param>
/// <param name="Satellites">Weight of 0, 1, 2, … satellites in a frame.</param>
/// <param name="SatellitePeak">Peak of a satellite above the background.</param>
/// <param name="Streaks">Share of satellites that move during the exposure; the rest are points.</param>
/// <param name="StreakPx">Length of a streak.</param>
/// <param name="Sequence">Frames of one pointing: their satellites are the same and move on from frame to frame.</param>
/// <param name="StepPx">How far a satellite moves from frame to frame.</param>
public sealed record SkyKnobs(
    Interval Background,
    Interval Vignette,
    Interval Glow,
    Interval Noise,
    Interval Stars,
    Interval StarPeak,
    Interval StarTrail,
    Interval Spread,
    Interval HotPixels,
    IReadOnlyList<float> Satellites,
    Interval SatellitePeak,
    float Streaks,
    Interval StreakPx,
    int Sequence,
    Interval StepPx)
{
    /// <summary>Reads the field <c>sky</c> of a scene; what it leaves out has the value given here.</summary>
    internal static SkyKnobs Read(SceneMap map)
    {
        var knobs = new SkyKnobs(
            map.Interval("background", new Interval(17, 23), 0, 200),
            map.Interval("vignette", new Interval(0.1f, 0.35f), 0, 1),
            map.Interval("glow", new Interval(0, 12), 0, 120),
            map.Interval("noise", new Interval(1.4f, 2.6f), 0, 30),
            map.Interval("stars", new Interval(60, 300), 0, 4000),
            map.Interval("starPeak", new Interval(4, 220), 1, 255),
            map.Interval("starTrail", new Interval(0, 3), 0, 60),
            map.Interval("spread", new Interval(0.8f, 1.3f), 0.3f, 6),
            map.Interval("hotPixels", new Interval(4, 40), 0, 4000),
            map.Weights("satellites", [0.254f, 0.317f, 0.173f, 0.097f, 0.074f, 0.041f, 0.023f, 0.012f, 0.007f, 0.001f, 0.001f], most: 40),
            map.Interval("satellitePeak", new Interval(4, 30), 1, 200),
            map.Number("streaks", 0.5f, 0, 1),
            map.Interval("streakPx", new Interval(3, 30), 1, 200),
            map.Whole("sequence", 5, 1, 100),
            map.Interval("stepPx", new Interval(12, 38), 0, 200));
        map.Close();
        return knobs;
    }
}

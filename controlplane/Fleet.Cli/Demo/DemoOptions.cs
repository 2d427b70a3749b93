namespace Fleet.Cli.Demo;

/// <summary>What <c>./fleet demo</c> was asked for.</summary>
/// <param name="Headless">Ends after the turns.</param>
/// <param name="Turns">How often the loop turns, from 1.</param>
/// <param name="Cameras">Real cameras instead of the twin's.</param>
/// <param name="Out">Where data, logs and <c>summary.json</c> go.</param>
internal sealed record DemoOptions(bool Headless, int Turns, IReadOnlyList<string> Cameras, string Out)
{
    /// <summary>Samples that are labelled in each turn.</summary>
    public int SamplesPerTurn { get; init; } = 48;

    /// <summary>Frames of each of the site's cameras that accuracy is measured on.</summary>
    public int HeldOutFrames { get; init; } = 30;
}

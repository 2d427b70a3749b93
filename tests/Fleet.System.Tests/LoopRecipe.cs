using System.Text.RegularExpressions;
using Fleet.Cli.Demo;

namespace Fleet.SystemTests;

/// <summary>The demo's own recipe, cut to a length that shows the way rather than the accuracy.</summary>
internal static partial class LoopRecipe
{
    public static async Task<string> ShortAsync(DemoContext demo, CancellationToken cancellationToken) => Cut(await ReadAsync(demo, cancellationToken), frames: 24, steps: 60);

    /// <summary>Steps so large that nothing is left of what the network knew.</summary>
    public static async Task<string> RuinousAsync(DemoContext demo, CancellationToken cancellationToken) =>
        Rate().Replace(Cut(await ReadAsync(demo, cancellationToken), frames: 8, steps: 12), "rate: 0.05");

    private static Task<string> ReadAsync(DemoContext demo, CancellationToken cancellationToken) => File.ReadAllTextAsync(demo.Programs.Recipe("fine-tune"), cancellationToken);

    private static string Cut(string recipe, int frames, int steps) =>
        Threads().Replace(Variants().Replace(Steps().Replace(Evaluation().Replace(Frames().Replace(recipe, $"frames: {frames}"), "frames: 4,"), $"steps: {steps},"), ""), "threads: 1");

    [GeneratedRegex(@"(?m)^frames: \d+")]
    private static partial Regex Frames();

    [GeneratedRegex(@"frames: \d+,")]
    private static partial Regex Evaluation();

    [GeneratedRegex(@"steps: \d+,")]
    private static partial Regex Steps();

    [GeneratedRegex(@"(?m)^variants:.*\n")]
    private static partial Regex Variants();

    // two threads wait for each other at every layer, which beside other programs costs more than it saves
    [GeneratedRegex(@"(?m)^threads: \d+")]
    private static partial Regex Threads();

    [GeneratedRegex(@"rate: [\d.]+")]
    private static partial Regex Rate();
}

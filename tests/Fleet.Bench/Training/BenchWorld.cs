using System.Text.RegularExpressions;
using Fleet.Testing;

namespace Fleet.Bench.Training;

/// <summary>A world to train on.</summary>
/// <param name="Name">Of the world.</param>
/// <param name="Recipe">YAML, with a control and points on the way.</param>
/// <param name="IsTiles">Whether it is counted by tiles.</param>
internal sealed partial record BenchWorld(string Name, string Recipe, bool IsTiles)
{
    private const string ShelfClasses = "box, can, bottle, bag, jar, carton, tub, tube";

    /// <summary>The shipped recipes where there are some, or small ones that end within seconds.</summary>
    public static IReadOnlyList<BenchWorld> All(bool quick) => quick
        ? [
            new("warehouse", Boxes("warehouse", "box", sidePx: 128, frames: 64, steps: 60, retrain: 30, batch: 8, held: 16, every: 30), IsTiles: false),
            new("shelf", Boxes("shelf", ShelfClasses, sidePx: 128, frames: 48, steps: 60, retrain: 30, batch: 8, held: 12, every: 30), IsTiles: false),
            new("night-sky", Tiles(frames: 120, steps: 200, retrain: 100, held: 40), IsTiles: true),
        ]
        : [
            new("warehouse", Measured(Shipped("warehouse")) ?? Boxes("warehouse", "box", sidePx: 320, frames: 2000, steps: 1100, retrain: 350, batch: 16, held: 100, every: 100), IsTiles: false),
            new("shelf", Measured(Shipped("shelf")) ?? Boxes("shelf", ShelfClasses, sidePx: 320, frames: 2000, steps: 1100, retrain: 350, batch: 16, held: 100, every: 100), IsTiles: false),
            new("night-sky", Shipped("night-sky") is { } sky ? Without(sky, "control") + "\ncontrol: yes\n" : Tiles(frames: 3000, steps: 4000, retrain: 1600, held: 400), IsTiles: true),
        ];

    private static string? Shipped(string name)
    {
        var path = Path.Combine(Repository.Root, "synthetic-data", "recipes", name + ".yaml");
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>A shipped recipe that also trains a control, measures on the way and writes 8 bits.</summary>
    private static string? Measured(string? recipe) => recipe is null || !recipe.Contains("sparsity: prune", StringComparison.Ordinal) ? null
        : EvaluateLine().Replace(Without(Without(recipe, "control"), "variants"), "evaluate: { every: 100, ") + "\ncontrol: yes\nvariants: [int8]\n";

    private static string Without(string recipe, string field) => string.Join('\n', recipe.Split('\n').Where(l => !l.StartsWith(field + ":", StringComparison.Ordinal)));

    private static string Boxes(string world, string classes, int sidePx, int frames, int steps, int retrain, int batch, int held, int every) => $$"""
        model: {{world}}
        classes: [{{classes}}]
        input: { width: {{sidePx}}, height: {{sidePx}} }
        scenes: [{ scene: {{world}}, weight: 1 }]
        frames: {{frames}}
        train: { steps: {{steps}}, batch: {{batch}}, rate: 0.002 }
        sparsity: prune
        control: yes
        retrain: { steps: {{retrain}}, batch: {{batch}}, rate: 0.001 }
        variants: [int8]
        evaluate: { scene: {{world}}, frames: {{held}}, seed: 9001, every: {{every}} }
        threads: 2
        """;

    private static string Tiles(int frames, int steps, int retrain, int held) => $$"""
        model: night-sky
        head: tiles
        classes: [satellite]
        scenes: [{ scene: night-sky-streaks, weight: 1 }]
        frames: {{frames}}
        train: { steps: {{steps}}, batch: 1024, rate: 0.002 }
        sparsity: prune
        control: yes
        retrain: { steps: {{retrain}}, batch: 1024, rate: 0.001 }
        evaluate: { scene: night-sky-streaks, frames: {{held}}, seed: 9003 }
        threads: 1
        """;

    [GeneratedRegex(@"^evaluate:\s*\{\s*(every:[^,}]*,\s*)?", RegexOptions.Multiline)]
    private static partial Regex EvaluateLine();
}

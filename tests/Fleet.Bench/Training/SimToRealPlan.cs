using Fleet.Testing;

namespace Fleet.Bench.Training;

/// <summary>How long each arm learns; every arm but the first takes as many steps in all.</summary>
/// <param name="Counts">Photos: N.</param>
/// <param name="Seeds">Splits.</param>
/// <param name="TwinSteps">Of the training on the twin.</param>
/// <param name="TuneSteps">Of the fine-tuning on twin and photos.</param>
/// <param name="Batch">Frames of a step.</param>
/// <param name="SidePx">Of a network that is made here.</param>
internal sealed record SimToRealPlan(IReadOnlyList<int> Counts, int Seeds, int TwinSteps, int TuneSteps, int Batch, int SidePx)
{
    public static SimToRealPlan Of(BenchOptions options)
    {
        SimToRealPlan plan = options.Quick
            ? new([5, 15], Seeds: 1, TwinSteps: 50, TuneSteps: 25, Batch: 8, SidePx: 128)
            : new([5, 10, 15], Seeds: 3, TwinSteps: 1450, TuneSteps: 300, Batch: 16, SidePx: 320);
        return plan with { Counts = options.Photos.Count > 0 ? [.. options.Photos.Distinct().Order()] : plan.Counts, Seeds = options.Seeds ?? plan.Seeds };
    }

    /// <summary>Scene frames alone.</summary>
    public string Twin(string label) => $$"""
        model: {{label}}
        classes: [{{label}}]
        input: { width: {{SidePx}}, height: {{SidePx}} }
        scenes: [{ scene: warehouse, weight: 1 }]
        frames: {{Math.Min(2000, TwinSteps * 2)}}
        train: { steps: {{TwinSteps}}, batch: {{Batch}}, rate: 0.002 }
        threads: 1
        """;

    /// <summary>On from the twin's network, half of each batch photos.</summary>
    public string Tune(string label) => $$"""
        model: {{label}}
        classes: [{{label}}]
        scenes: [{ scene: warehouse, weight: 1 }]
        frames: {{Math.Min(400, TuneSteps * 4)}}
        realShare: 0.5
        sparsity: keep
        train: { steps: {{TuneSteps}}, batch: {{Batch}}, rate: 0.0005 }
        average: 0.98
        threads: 1
        """;

    /// <summary>Photos alone, from nothing, for as many steps as both of the above.</summary>
    public string Real(string label) => $$"""
        model: {{label}}
        classes: [{{label}}]
        input: { width: {{SidePx}}, height: {{SidePx}} }
        train: { steps: {{TwinSteps + TuneSteps}}, batch: {{Batch}}, rate: 0.002 }
        threads: 1
        """;

    /// <summary>Where runs are kept.</summary>
    public static string Folder(BenchOptions options) => Directory.CreateDirectory(options.Work ?? Path.Combine(Repository.Root, ".fleet", "bench", options.Quick ? "sim2real-quick" : "sim2real")).FullName;
}

using Fleet.Testing;

namespace Fleet.Bench.Labels;

/// <summary>How much is labelled and how long is learnt; the same for every arm.</summary>
/// <param name="Rounds">Choose, label, learn.</param>
/// <param name="BoxesPerRound">What a labeller draws in one of them.</param>
/// <param name="Seeds">Each chooses, renders and learns anew.</param>
/// <param name="Cameras">Of the twin's site.</param>
/// <param name="FramesPerCamera">That a camera shows in a round.</param>
/// <param name="HeldOut">Frames to measure on.</param>
/// <param name="Steps">Of each fine-tuning.</param>
/// <param name="Synthetic">Frames of the scene that the base learnt from, beside the labelled ones.</param>
internal sealed record LabelsPlan(int Rounds, int BoxesPerRound, int Seeds, int Cameras, int FramesPerCamera, int HeldOut, int Steps, int Synthetic)
{
    public const string Label = "box";
    private const int Batch = 8;

    /// <summary>A photo has fewer boxes than a frame of the twin, and there are few photos: so few are labelled in a round that there is a choice to the end.</summary>
    public static LabelsPlan Of(bool quick, bool isPhotos) => quick
        ? new(Rounds: 2, BoxesPerRound: 40, Seeds: 1, Cameras: 2, FramesPerCamera: 30, HeldOut: 20, Steps: 10, Synthetic: 16)
        : new(Rounds: 5, BoxesPerRound: isPhotos ? 60 : 250, Seeds: 3, Cameras: 2, FramesPerCamera: 150, HeldOut: 120, Steps: 150, Synthetic: 160);

    /// <summary>As the shipped recipe for the second turn.</summary>
    public string Recipe => $$"""
        model: {{Label}}
        classes: [{{Label}}]
        scenes: [{ scene: warehouse, weight: 1 }]
        frames: {{Synthetic}}
        realShare: 0.75
        train: { steps: {{Steps}}, batch: {{Batch}}, rate: 0.0012 }
        sparsity: keep
        freeze: [stem, stage1]
        average: 0.98
        threads: 2
        """;

    /// <summary>Where runs are kept.</summary>
    public static string Folder(BenchOptions options) => Directory.CreateDirectory(
        options.Work ?? Path.Combine(Repository.Root, ".fleet", "bench", $"labels{(options.Data is null ? "" : "-photos")}{(options.Quick ? "-quick" : "")}")).FullName;
}

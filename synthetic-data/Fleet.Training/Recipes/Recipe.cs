using Fleet.Contracts;
using Fleet.Training.Frames;

namespace Fleet.Training.Recipes;

/// <summary>How a network is trained, as a file says it.</summary>
internal sealed record Recipe
{
    /// <summary>Name of the model that comes out.</summary>
    public required ModelName Model { get; init; }

    /// <summary>Class names in output order, as scenes and labels call them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>What kind of network: <see cref="Fleet.Contracts.HeadKinds.Fleet"/> finds boxes, <see cref="Fleet.Contracts.HeadKinds.Tiles"/> says of each tile of a frame whether an object is there, <see cref="Fleet.Contracts.HeadKinds.Classes"/> what a whole picture shows.</summary>
    public required string Head { get; init; }

    /// <summary>Input of a network that starts from nothing; a base brings its own.</summary>
    public required FrameSize Input { get; init; }

    /// <summary>Channels of the first stage of a network that starts from nothing.</summary>
    public required int Channels { get; init; }

    /// <summary>Where synthetic frames come from; empty uses real frames alone.</summary>
    public required IReadOnlyList<SceneShare> Scenes { get; init; }

    /// <summary>How many different synthetic frames are rendered.</summary>
    public required int Frames { get; init; }

    /// <summary>Share of each batch that is taken from real frames where there are some, 0 to 1.</summary>
    public required double RealShare { get; init; }

    /// <summary>Learning with every weight that the sparsity leaves.</summary>
    public required Schedule Train { get; init; }

    /// <summary>What happens to the 2:4 pattern.</summary>
    public required Pattern Sparsity { get; init; }

    /// <summary>Whether the dense network is trained on as long as the pruned one too, to measure what pruning costs.</summary>
    public required bool Control { get; init; }

    /// <summary>File of a network to go on from, as the recipe names it; null starts from nothing.</summary>
    public required string? From { get; init; }

    /// <summary>Learning after pruning, with the zeros kept.</summary>
    public required Schedule Retrain { get; init; }

    /// <summary>Weights whose names start so are not learnt.</summary>
    public required IReadOnlyList<string> Freeze { get; init; }

    /// <summary>Share of the old running mean of the weights that each step keeps, 0 to 1; 0 exports the last step.</summary>
    public required double Average { get; init; }

    /// <summary>Frames that are never trained on, to measure with.</summary>
    public required Held Evaluate { get; init; }

    /// <summary>Processor threads; another number gives another result.</summary>
    public required int Threads { get; init; }

    /// <summary>Forms in which the result is written beside <c>model.onnx</c>, of <see cref="Quantisation.VariantKinds"/>.</summary>
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>Used where no seed is given.</summary>
    public required long Seed { get; init; }

    /// <summary>Identity of the recipe's text.</summary>
    public required Digest Digest { get; init; }
}

/// <summary>A scene and how often it is drawn.</summary>
internal sealed record SceneShare(string Scene, double Weight);

/// <summary>One stage of learning.</summary>
/// <param name="Steps">How many batches.</param>
/// <param name="Batch">Frames of a batch.</param>
/// <param name="Rate">Highest learning rate; it rises at first and falls to nothing along a cosine.</param>
internal sealed record Schedule(int Steps, int Batch, double Rate)
{
    private const double WarmUp = 0.05;

    /// <summary>The learning rate of <paramref name="step"/>, from 0.</summary>
    public double RateAt(int step)
    {
        var rise = Math.Max(10, Steps * WarmUp);
        var cosine = Rate * 0.5 * (1 + Math.Cos(Math.PI * step / Math.Max(1, Steps)));
        return Math.Min(Rate * (step + 1) / rise, cosine) + 1e-7;
    }
}

/// <summary>Frames to measure with.</summary>
/// <param name="Scene">Where they come from; null takes every sixth real frame.</param>
/// <param name="Frames">How many.</param>
/// <param name="Seed">Another than that of the training.</param>
/// <param name="Every">Steps after which the network is measured on the way; 0 measures at the end alone.</param>
internal sealed record Held(string? Scene, int Frames, long Seed, int Every = 0);

/// <summary>What happens to the 2:4 pattern.</summary>
internal enum Pattern
{
    /// <summary>Nothing is pruned.</summary>
    Dense,

    /// <summary>Pruned after training, then trained again.</summary>
    Prune,

    /// <summary>The zeros of the base stay zero.</summary>
    Keep,
}

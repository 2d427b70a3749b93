using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Graphs;
using Fleet.Training.Heads;
using Fleet.Training.Recipes;

namespace Fleet.Training.Runs;

/// <summary>What a training needs: the same job gives the same file.</summary>
/// <param name="Recipe">How.</param>
/// <param name="Base">Network to go on from; null starts from nothing.</param>
/// <param name="Real">Real frames with labels; may be empty.</param>
/// <param name="Seed">Of everything drawn.</param>
internal sealed record TrainingJob(Recipe Recipe, ModelProto? Base, IReadOnlyList<LabelledPicture> Real, long Seed)
{
    private const int EachHeldOut = 6;
    private const float StandardThreshold = 0.3f;
    private const float ClassThreshold = 0.5f;

    /// <summary>Real frames that are never learnt from, nor anything chosen by: base and result are measured on them; may be empty.</summary>
    public IReadOnlyList<LabelledPicture> Measured { get; init; } = [];

    /// <summary>Real frames to learn from.</summary>
    public IReadOnlyList<LabelledPicture> Learnt => [.. Real.Where((_, i) => i % EachHeldOut != EachHeldOut - 1)];

    /// <summary>Every sixth real frame: the threshold is chosen on these.</summary>
    public IReadOnlyList<LabelledPicture> HeldOut => [.. Real.Where((_, i) => i % EachHeldOut == EachHeldOut - 1)];

    /// <summary>Whether the base had other classes, so that it cannot be measured on those of the recipe.</summary>
    public bool HasNewClasses => Base is not null && !GivenFit(Base).Classes.SequenceEqual(Recipe.Classes);

    /// <summary>Head and input of the base, else of the recipe; the classes are the recipe's.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/> or <see cref="Problems.RecipeInvalid"/>: labels cannot be learnt with the base, or it is of another kind than the recipe.</exception>
    public HeadFit Fit()
    {
        if (Recipe.Head == HeadKinds.Tiles)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"The recipe of '{Recipe.Model}' has the head {Recipe.Head}: a control plane's trainer learns boxes and classes only, run it with 'train' instead.");
        }

        if (Base is not null)
        {
            return GivenFit(Base) with { Classes = Recipe.Classes };
        }

        var input = new InputSpec("images", Recipe.Input.Width, Recipe.Input.Height, "uint8", "rgb", Scale: 1, Mean: [], Std: [], "letterbox", Pad: 114);
        return Recipe.Head == HeadKinds.Classes
            ? new HeadFit(HeadKinds.Classes, Recipe.Classes, input, ClassThreshold, Scores: ScoreForms.Probabilities)
            : new HeadFit(HeadKinds.Fleet, Recipe.Classes, input, StandardThreshold);
    }

    /// <summary>The network at the start.</summary>
    public ModelProto Start(HeadFit fit) => Base is null
        ? Recipe.Head == HeadKinds.Classes
            ? ClassifierGraph.Build(fit.Classes.Count, fit.Input.WidthPx, fit.Input.HeightPx, Recipe.Channels, Seed)
            : DetectorGraph.Build(fit.Classes.Count, fit.Input.WidthPx, fit.Input.HeightPx, Recipe.Channels, Seed, [])
        : HasNewClasses ? ClassLayers.Remake(Base, GivenFit(Base), Recipe.Classes, Seed)
        : Base;

    private HeadFit GivenFit(ModelProto given)
    {
        var fit = TrainableHeads.FitOf(given, Recipe.Input);
        return fit.Head == HeadKinds.Classes == (Recipe.Head == HeadKinds.Classes)
            ? fit with { ScoreThreshold = fit.ScoreThreshold ?? StandardThreshold }
            : throw new ProblemException(Problems.RecipeInvalid, fit.Head == HeadKinds.Classes
                ? "The base says what a whole picture shows, the recipe asks for boxes: write 'head: classes' into it, or give a detector."
                : $"The base finds boxes (head '{fit.Head}'), the recipe asks for what a whole picture shows: leave 'head: classes' out, or give a classifier.");
    }

    /// <summary>Identity of everything the result depends on.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder().Append(Recipe.Digest).Append('|').Append(Seed).Append('|');
        text.Append(Base is null ? "none" : Digest.Of(OnnxFile.Write(Base)).ToString());
        foreach (var picture in Real)
        {
            text.Append('|').Append(Digest.Of(File.ReadAllBytes(picture.Path)));
            text.AppendJoin(';', picture.Annotations);
        }

        return Digest.Of(Encoding.UTF8.GetBytes(text.ToString())).Hex;
    }
}

using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Graphs;
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

    /// <summary>Real frames that are never learnt from, nor anything chosen by: base and result are measured on them; may be empty.</summary>
    public IReadOnlyList<LabelledPicture> Measured { get; init; } = [];

    /// <summary>Real frames to learn from.</summary>
    public IReadOnlyList<LabelledPicture> Learnt => [.. Real.Where((_, i) => i % EachHeldOut != EachHeldOut - 1)];

    /// <summary>Every sixth real frame: the threshold is chosen on these.</summary>
    public IReadOnlyList<LabelledPicture> HeldOut => [.. Real.Where((_, i) => i % EachHeldOut == EachHeldOut - 1)];

    /// <summary>Head, classes and input: the base's own, else the recipe's.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/> or <see cref="Problems.RecipeInvalid"/>: the base is none of ours, or has other classes.</exception>
    public HeadFit Fit()
    {
        if (Recipe.Head != HeadKinds.Fleet)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"The recipe of '{Recipe.Model}' has the head {Recipe.Head}: a control plane's trainer learns boxes only, run it with 'train' instead.");
        }

        if (Base is null)
        {
            var input = new InputSpec("images", Recipe.Input.Width, Recipe.Input.Height, "uint8", "rgb", Scale: 1, Mean: [], Std: [], "letterbox", Pad: 114);
            return new HeadFit("fleet", Recipe.Classes, input, StandardThreshold);
        }

        var declared = OnnxMetadata.Get(Base.MetadataProps.ToDictionary(p => p.Key, p => p.Value));
        if (declared is not { Head: "fleet", Classes: { } classes, Input: { Element: "uint8" } fed })
        {
            throw new ProblemException(Problems.ModelHead, "The base does not say in its metadata that it has the fleet head and a uint8 input: only such a network can be trained on boxes here. One with another head can be pruned to 2:4 and recovered by 'sparsify', which needs no labels.");
        }

        return classes.SequenceEqual(Recipe.Classes)
            ? new HeadFit("fleet", classes, fed, declared.ScoreThreshold ?? StandardThreshold)
            : throw new ProblemException(Problems.RecipeInvalid, $"The base finds [{string.Join(", ", classes)}], the recipe asks for [{string.Join(", ", Recipe.Classes)}]: give both the same classes.");
    }

    /// <summary>The network at the start.</summary>
    public ModelProto Start(HeadFit fit) =>
        Base ?? DetectorGraph.Build(fit.Classes.Count, fit.Input.WidthPx, fit.Input.HeightPx, Recipe.Channels, Seed, []);

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

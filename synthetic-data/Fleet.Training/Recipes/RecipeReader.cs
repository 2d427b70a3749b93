using System.Text;
using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Training.Quantisation;
using Fleet.Twin.Scenes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fleet.Training.Recipes;

/// <summary>Reads recipes; everything that is not understood is refused with its line.</summary>
internal static class RecipeReader
{
    /// <summary>Reads the file at <paramref name="pathOrName"/>, or the shipped recipe of that name.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RecipeInvalid"/>: the text names file, line, field and what is allowed.</exception>
    public static Recipe Load(string pathOrName)
    {
        var path = RecipeFiles.Find(pathOrName);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a recipe's text; <paramref name="file"/> is what messages call it.</summary>
    public static Recipe Parse(string yaml, string file)
    {
        var map = new RecipeMap(file, "", Root(yaml, file));
        var recipe = new Recipe
        {
            Model = ModelOf(map),
            Classes = map.Texts("classes"),
            Head = HeadOf(map),
            Input = InputOf(map.Map("input")),
            Channels = ChannelsOf(map),
            Scenes = [.. map.Maps("scenes").Select(SceneOf)],
            Frames = map.Whole("frames", 0, 0, 100_000),
            RealShare = map.Number("realShare", 0.5, 0, 1),
            Train = ScheduleOf(map.Map("train")),
            Sparsity = PatternOf(map),
            Retrain = ScheduleOf(map.Map("retrain")),
            Control = map.Text("control", "no") switch { "yes" or "true" => true, "no" or "false" => false, _ => throw map.Wrong("control", "yes or no") },
            From = map.Text("from", "") is { Length: > 0 } from ? from : null,
            Freeze = map.Texts("freeze"),
            Average = map.Number("average", 0.99, 0, 0.9999),
            Variants = VariantsOf(map),
            Evaluate = HeldOf(map.Map("evaluate")),
            Threads = map.Whole("threads", 2, 1, 256),
            Seed = map.Whole("seed", 1, 0, int.MaxValue),
            Digest = Digest.Of(Encoding.UTF8.GetBytes(yaml)),
        };
        map.Close();
        return Checked(recipe, map);
    }

    private static YamlMappingNode Root(string yaml, string file)
    {
        try
        {
            return YamlText.Read(yaml)
                ?? throw new ProblemException(Problems.RecipeInvalid, $"{file} is not one YAML document with fields: compare it with a recipe that ships with Fleet.");
        }
        catch (YamlException e)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"{file}, line {e.Start.Line}: this is not YAML: {e.Message}", e);
        }
    }

    private static ModelName ModelOf(RecipeMap map) =>
        ModelName.TryParse(map.Text("model", null), null, out var model) ? model : throw map.Wrong("model", "1 to 64 of a-z, 0-9 and -");

    private static string HeadOf(RecipeMap map) => map.Text("head", HeadKinds.Fleet) is var head && head is HeadKinds.Fleet or HeadKinds.Tiles or HeadKinds.Classes
        ? head
        : throw map.Wrong("head", $"{HeadKinds.Fleet} (boxes), {HeadKinds.Classes} (what a picture shows) or {HeadKinds.Tiles} (a yes or no for each tile of a frame)");

    private static FrameSize InputOf(RecipeMap map)
    {
        var size = new FrameSize(map.Whole("width", 320, 64, 2048), map.Whole("height", 320, 64, 2048));
        map.Close();
        return size.Width % 32 != 0 ? throw map.Wrong("width", "a multiple of 32")
            : size.Height % 32 != 0 ? throw map.Wrong("height", "a multiple of 32")
            : size;
    }

    private static int ChannelsOf(RecipeMap map) =>
        map.Whole("channels", 16, 4, 64) is var channels && channels % 4 == 0 ? channels : throw map.Wrong("channels", "a multiple of 4");

    private static SceneShare SceneOf(RecipeMap map)
    {
        var share = new SceneShare(map.Text("scene", null), map.Number("weight", 1, 0.0001, 10_000));
        map.Close();
        return share;
    }

    private static Schedule ScheduleOf(RecipeMap map)
    {
        var schedule = new Schedule(map.Whole("steps", 0, 0, 1_000_000), map.Whole("batch", 16, 1, 4096), map.Number("rate", 0.002, 1e-7, 1));
        map.Close();
        return schedule;
    }

    private static Pattern PatternOf(RecipeMap map) => map.Text("sparsity", "dense") switch
    {
        "dense" => Pattern.Dense,
        "prune" => Pattern.Prune,
        "keep" => Pattern.Keep,
        _ => throw map.Wrong("sparsity", "dense, prune (2:4 after training) or keep (the zeros of the base)"),
    };

    private static IReadOnlyList<string> VariantsOf(RecipeMap map) => map.Texts("variants") is var named && named.All(VariantKinds.All.Contains) && named.Distinct().Count() == named.Count
        ? named
        : throw map.Wrong("variants", $"some of {string.Join(", ", VariantKinds.All)}, none twice");

    private static Held HeldOf(RecipeMap map)
    {
        var scene = map.Text("scene", "");
        var held = new Held(scene.Length == 0 ? null : scene, map.Whole("frames", 100, 1, 10_000), map.Whole("seed", 9001, 0, int.MaxValue), map.Whole("every", 0, 0, 1_000_000));
        map.Close();
        return held;
    }

    private static Recipe Checked(Recipe recipe, RecipeMap map) =>
        recipe.Classes.Count == 0 || recipe.Classes.Distinct().Count() != recipe.Classes.Count ? throw map.Wrong("classes", "at least one name, none twice")
        : recipe.Train.Steps == 0 ? throw map.Wrong("train", "given with at least 1 step, as in { steps: 1000 }")
        : recipe.Scenes.Count > 0 && recipe.Frames == 0 ? throw map.Wrong("frames", "at least 1 where there are scenes")
        : recipe.Sparsity == Pattern.Prune && recipe.Retrain.Steps == 0 ? throw map.Wrong("retrain", "given with at least 1 step where sparsity is prune: pruning without it costs most of the accuracy")
        : recipe.Control && recipe.Sparsity != Pattern.Prune ? throw map.Wrong("control", "no where sparsity is not prune: it is there to compare with")
        : recipe.Head == HeadKinds.Classes && recipe.Classes.Count < 2 ? throw map.Wrong("classes", "at least two names where the head is classes: one alone leaves nothing to tell apart")
        : recipe.Head == HeadKinds.Tiles ? CheckedTiles(recipe, map)
        : recipe;

    private static Recipe CheckedTiles(Recipe recipe, RecipeMap map) =>
        recipe.Classes.Count != 1 ? throw map.Wrong("classes", "one name where the head is tiles")
        : recipe.Scenes.Count != 1 ? throw map.Wrong("scenes", "one scene where the head is tiles: its frames are what is cut up")
        : recipe.Sparsity == Pattern.Keep ? throw map.Wrong("sparsity", "dense or prune where the head is tiles")
        : recipe.From is not null ? throw map.Wrong("from", "left out where the head is tiles")
        : recipe.Evaluate.Scene is null ? throw map.Wrong("evaluate", "given with a scene where the head is tiles")
        : recipe;
}

using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Twin;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Training.Evaluation;

/// <summary>A frame with its truth, to judge a network by.</summary>
internal sealed record TruthFrame(string Name, Frame Frame, IReadOnlyList<Annotation> Truth);

/// <summary>Where such frames come from; each set is read one frame at a time.</summary>
internal static class TruthFrames
{
    /// <summary>Renders frames of a scene.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.SceneInvalid"/>.</exception>
    public static IEnumerable<TruthFrame> OfScene(string scene, long seed, int count)
    {
        using var renderer = new TwinRenderer(Scene.Load(scene), seed);
        for (var index = 0; index < count; index++)
        {
            var frame = renderer.Render(index);
            yield return new TruthFrame($"{index:0000}", SyntheticFrames.AsFrame(frame), [.. frame.Annotations.Select(a => new Annotation(a.Label, a.Box))]);
        }
    }

    /// <summary>Every object that is cut out of the frames, as a frame of its own: what a classifier is judged by.</summary>
    public static IEnumerable<TruthFrame> Cut(IEnumerable<TruthFrame> frames) => frames.SelectMany(f =>
        Cutting.Of(f.Frame, f.Truth).Select((cut, i) => new TruthFrame($"{f.Name} {i}", cut.Frame, [Cutting.WholeOf(cut.Frame.WidthPx, cut.Frame.HeightPx, cut.Label)])));

    /// <summary>Reads pictures.</summary>
    public static IEnumerable<TruthFrame> Of(IEnumerable<LabelledPicture> pictures) =>
        pictures.Select(p => new TruthFrame(Path.GetFileNameWithoutExtension(p.Path), Pictures.Read(p.Path), p.Annotations));
}

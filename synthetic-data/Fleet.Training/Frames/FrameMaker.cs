using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Training.Frames;

/// <summary>Turns a frame and its annotations into what the network sees, with the arithmetic of a device. Belongs to one thread.</summary>
/// <param name="input">What the network is fed.</param>
/// <param name="classes">Its classes.</param>
/// <param name="cuts">The network names whole pictures: each object is cut out and is a picture of its own.</param>
internal sealed class FrameMaker(InputSpec input, IReadOnlyList<string> classes, bool cuts = false)
{
    private const float SmallestSidePx = 5;

    // pictures are kept as bytes; a network whose input is float32 is given them scaled later, on tensors
    private readonly Preprocess _preprocess = new(new InputTensor(input).AsBytes);

    /// <summary>The frame, or every object that is cut out of it.</summary>
    public IReadOnlyList<LabelledFrame> Make(Frame frame, IEnumerable<Annotation> annotations) =>
        cuts ? [.. Cutting.Of(frame, annotations.Where(a => IndexOf(a.Label) >= 0)).Select(c => Whole(c.Frame, c.Label))] : [Boxes(frame, annotations)];

    private LabelledFrame Whole(Frame frame, string label)
    {
        var planes = new byte[_preprocess.Length];
        _preprocess.Write(frame, planes);
        return new LabelledFrame(planes, [new TargetBox(IndexOf(label), 0, 0, input.WidthPx, input.HeightPx)]);
    }

    /// <summary>Boxes of another class are left out; boxes too small to be seen are to be ignored.</summary>
    private LabelledFrame Boxes(Frame frame, IEnumerable<Annotation> annotations)
    {
        var planes = new byte[_preprocess.Length];
        var placement = _preprocess.Write(frame, planes);
        var boxes = new List<TargetBox>();
        foreach (var annotation in annotations)
        {
            var index = IndexOf(annotation.Label);
            var box = placement.ToModel(annotation.Box);
            if (index >= 0)
            {
                var small = box.Width < SmallestSidePx || box.Height < SmallestSidePx;
                boxes.Add(new TargetBox(small ? TargetBox.Ignored : index, box.X, box.Y, box.X + box.Width, box.Y + box.Height));
            }
        }

        return new LabelledFrame(planes, boxes);
    }

    private int IndexOf(string label)
    {
        for (var i = 0; i < classes.Count; i++)
        {
            if (classes[i] == label)
            {
                return i;
            }
        }

        return -1;
    }
}

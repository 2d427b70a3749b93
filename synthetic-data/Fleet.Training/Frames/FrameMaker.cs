using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Training.Frames;

/// <summary>Turns a frame and its annotations into what the network sees, with the arithmetic of a device. Belongs to one thread.</summary>
internal sealed class FrameMaker(InputSpec input, IReadOnlyList<string> classes)
{
    private const float SmallestSidePx = 5;

    // the network takes bytes; a file whose input is float32 is scaled later, on tensors
    private readonly Preprocess _preprocess = new(input with { Element = "uint8", Scale = 1, Mean = [], Std = [] });

    /// <summary>Boxes of another class are left out; boxes too small to be seen are to be ignored.</summary>
    public LabelledFrame Make(Frame frame, IEnumerable<Annotation> annotations)
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

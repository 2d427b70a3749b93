using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace Fleet.Agent.Tests.Offline;

/// <summary>YOLOX as its authors' demo runs it, written down plainly and with none of our code: what the agent's pipeline is held against.</summary>
internal sealed class PlainYolox(string model, int sidePx, int classes) : IDisposable
{
    private readonly InferenceSession _session = new(model);

    public List<(int Label, float Score, Box Box)> Detect(Mat picture, float threshold, float nmsIou)
    {
        var ratio = Math.Min(sidePx / (double)picture.Width, sidePx / (double)picture.Height);
        var input = new DenseTensor<float>(Letterbox(picture, ratio), [1, 3, sidePx, sidePx]);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(_session.InputNames[0], input)]);
        var boxes = Decode([.. results[0].AsEnumerable<float>()], threshold);
        var kept = new List<(int Label, float Score, Box Box)>();
        foreach (var box in boxes.OrderByDescending(b => b.Score))
        {
            if (kept.All(k => k.Label != box.Label || Overlap(k.Box, box.Box) <= nmsIou))
            {
                kept.Add(box);
            }
        }

        // what lies in the padding alone is on no frame
        return [.. kept.Select(k => (k.Label, k.Score, Box: InFrame(k.Box, ratio, picture))).Where(k => k.Box is { Width: > 0, Height: > 0 })];
    }

    public void Dispose() => _session.Dispose();

    private float[] Letterbox(Mat picture, double ratio)
    {
        using var small = picture.Resize(new Size((int)Math.Round(picture.Width * ratio), (int)Math.Round(picture.Height * ratio)), interpolation: InterpolationFlags.Linear);
        var tensor = new float[3 * sidePx * sidePx];
        Array.Fill(tensor, 114);
        var (width, height) = (small.Width, small.Height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = small.At<Vec3b>(y, x);
                for (var c = 0; c < 3; c++)
                {
                    tensor[(((c * sidePx) + y) * sidePx) + x] = pixel[c];
                }
            }
        }

        return tensor;
    }

    private List<(int Label, float Score, Box Box)> Decode(float[] output, float threshold)
    {
        var boxes = new List<(int, float, Box)>();
        var row = 0;
        foreach (var stride in new[] { 8, 16, 32 })
        {
            for (var gridY = 0; gridY < sidePx / stride; gridY++)
            {
                for (var gridX = 0; gridX < sidePx / stride; gridX++, row++)
                {
                    var values = output[(row * (5 + classes))..((row + 1) * (5 + classes))];
                    var label = Array.IndexOf(values, values[5..].Max(), 5) - 5;
                    var score = values[4] * values[5 + label];
                    if (score >= threshold)
                    {
                        var (width, height) = (MathF.Exp(values[2]) * stride, MathF.Exp(values[3]) * stride);
                        boxes.Add((label, score, new Box(((values[0] + gridX) * stride) - (width / 2), ((values[1] + gridY) * stride) - (height / 2), width, height)));
                    }
                }
            }
        }

        return boxes;
    }

    internal static float Overlap(Box a, Box b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        return width <= 0 || height <= 0 ? 0 : width * height / ((a.Width * a.Height) + (b.Width * b.Height) - (width * height));
    }

    private static Box InFrame(Box box, double ratio, Mat picture)
    {
        float Cut(double value, int limit) => (float)Math.Clamp(value / ratio, 0, limit);
        var (left, top) = (Cut(box.X, picture.Width), Cut(box.Y, picture.Height));
        return new Box(left, top, Cut(box.X + box.Width, picture.Width) - left, Cut(box.Y + box.Height, picture.Height) - top);
    }
}

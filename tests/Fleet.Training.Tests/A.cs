using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Graphs;
using Fleet.Training.Recipes;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Fleet.Training.Tests;

/// <summary>Small things to train and compare with.</summary>
internal static class A
{
    public const int Side = 64;

    public static ModelProto Detector(int channels = 16, long seed = 1) => DetectorGraph.Build(classes: 1, Side, Side, channels, seed, []);

    public static byte[] Images(int count, int seed = 3)
    {
        var bytes = new byte[count * 3 * Side * Side];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Recipe Recipe(string extra = "") => RecipeReader.Parse(
        $$"""
        model: tiny
        classes: [box]
        input: { width: 64, height: 64 }
        threads: 1
        {{extra}}
        """,
        "recipe.yaml");

    /// <summary>A bright square on dark ground, somewhere else in each picture.</summary>
    public static LabelledPicture Picture(string folder, int index)
    {
        var random = new Random(index);
        var (x, y, side) = (random.Next(4, 32), random.Next(4, 32), random.Next(18, 28));
        using var bitmap = new SKBitmap(Side, Side);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.SandyBrown };
        canvas.Clear(new SKColor(30, 34, 40));
        canvas.DrawRect(x, y, side, side, paint);
        var path = Path.Combine(folder, $"{index:000}.png");
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        File.WriteAllBytes(path, data.ToArray());
        return new LabelledPicture(path, [new Annotation("box", new Box(x, y, side, side))]);
    }

    /// <summary>What ONNX Runtime makes of a model.</summary>
    public static float[] Run(ModelProto model, byte[] images, int count, string output)
    {
        using var session = new InferenceSession(Fleet.Onnx.OnnxFile.Write(model));
        using var input = OrtValue.CreateTensorValueFromMemory(images, [count, 3, Side, Side]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["images"], [input], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public static float LargestDifference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}

using Fleet.Contracts;
using Fleet.Twin.Gl;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.World;

/// <summary>A picture of the real place without its goods, put behind the rendered things.</summary>
internal sealed class Plate
{
    /// <summary>Mean of the plate in linear light, so that its exposure is near that of what stands before it.</summary>
    private const float MeanLight = 0.25f;

    private readonly float[] _light;

    private Plate(float[] light) => _light = light;

    public static Plate? Of(Scene scene)
    {
        if (scene.Plate.File is not { } path)
        {
            return null;
        }

        int width = scene.Camera.Width, height = scene.Camera.Height;
        using var picture = SKBitmap.Decode(path)
            ?? throw new ProblemException(Problems.SceneInvalid, $"The plate {path} of the scene {scene.Name} is no picture that can be read: a PNG, JPEG or WebP is wanted.");
        using var fitted = picture.Resize(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var light = Array.ConvertAll(fitted.GetPixelSpan().ToArray(), b => MathF.Pow(b / 255f, 2.2f));
        var mean = MathF.Max(0.01f, light.Where((_, i) => i % 4 != 3).Average());
        return new Plate(Array.ConvertAll(light, l => l * MeanLight / mean));
    }

    /// <summary>Replaces what is neither labelled nor stands in the room.</summary>
    /// <param name="bgra">Rows from the bottom, sqrt-encoded light.</param>
    /// <param name="ids">Of the same pixels.</param>
    public void PutBehind(byte[] bgra, uint[] ids, int width, int height, Draws draws)
    {
        var gain = draws.LogBetween(0.65f, 1.6f);
        for (var row = 0; row < height; row++)
        {
            var from = (height - 1 - row) * width * 4;
            var to = row * width * 4;
            for (var x = 0; x < width; x++, from += 4, to += 4)
            {
                if (ids[(row * width) + x] != 0)
                {
                    continue;
                }

                for (var c = 0; c < 3; c++)
                {
                    bgra[to + c] = (byte)(255 * MathF.Sqrt(MathF.Min(1, _light[from + c] * gain / Shaders.Ceiling)));
                }
            }
        }
    }
}

using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Roughness of a painted surface: fine noise, slow stains, streaks along one direction.</summary>
internal readonly record struct Grain(float Fine, float Stain, float Streak, bool Upright)
{
    /// <summary>Adds the grain to an RGBA picture in place; alpha stays.</summary>
    public unsafe void Rub(SKBitmap picture, Draws draws)
    {
        int width = picture.Width, height = picture.Height;
        var pixels = (byte*)picture.GetPixels();
        var cells = draws.Whole(3, 12);
        var slow = Normals(draws, (cells + 2) * (cells + 2), Stain);
        var lines = Normals(draws, Upright ? width : height, Streak);
        var random = draws.Bits();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                var noise = ((random >> 40) * (1f / 8388608f)) - 1f;
                var change = (Fine * noise) + Slow(slow, cells, x * cells / (float)width, y * cells / (float)height)
                    + lines[Upright ? x : y];
                var pixel = pixels + (((y * width) + x) * 4);
                for (var c = 0; c < 3; c++)
                {
                    pixel[c] = (byte)Math.Clamp(pixel[c] + change, 0, 255);
                }
            }
        }
    }

    private static float[] Normals(Draws draws, int count, float deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = draws.Normal() * deviation;
        }

        return values;
    }

    private static float Slow(float[] grid, int cells, float x, float y)
    {
        int column = (int)x, row = (int)y;
        float fx = x - column, fy = y - row;
        var at = (row * (cells + 2)) + column;
        var upper = grid[at] + ((grid[at + 1] - grid[at]) * fx);
        var lower = grid[at + cells + 2] + ((grid[at + cells + 3] - grid[at + cells + 2]) * fx);
        return upper + ((lower - upper) * fy);
    }
}

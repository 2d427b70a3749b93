using Fleet.Contracts;
using Fleet.Training.Graphs;
using Fleet.Twin;
using Fleet.Twin.Scenes;

namespace Fleet.Training.Tiles;

/// <summary>A frame cut up.</summary>
/// <param name="Grey">[height, width] levels.</param>
/// <param name="Pixels">[tiles, 100] levels, tiles row by row.</param>
/// <param name="Marks">What each tile shows.</param>
/// <param name="Boxes">Around the objects, px.</param>
internal sealed record TiledFrame(byte[] Grey, byte[] Pixels, IReadOnlyList<TileMark> Marks, IReadOnlyList<Box> Boxes);

/// <summary>Frames of a scene, cut up. Each has a seed of its own: a sensor's hot pixels must not always lie in the same tiles.</summary>
internal static class TiledFrames
{
    private const int Together = 32;

    /// <summary>Renders frames <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/>, a few at a time.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RecipeInvalid"/>: the scene's frames cannot be cut into tiles.</exception>
    public static IEnumerable<TiledFrame> Render(Scene scene, long seed, int first, int count, int threads)
    {
        var (width, height) = (scene.Camera.Width, scene.Camera.Height);
        if (width % TilesGraph.Side != 0 || height % TilesGraph.Side != 0)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"The scene's frames are {width}x{height} px, which is no whole number of tiles of {TilesGraph.Side}x{TilesGraph.Side} px: give the camera such a size.");
        }

        // whoever takes the frames has all threads while none are rendered
        return Enumerable.Range(first, count).Chunk(Together).SelectMany(some => some.AsParallel().AsOrdered().WithDegreeOfParallelism(threads).Select(i => Render(scene, seed, i)).ToArray());
    }

    private static TiledFrame Render(Scene scene, long seed, int index)
    {
        using var renderer = new TwinRenderer(scene, Chance.From(seed, "tiled", index).NextInt64(int.MaxValue));
        var frame = renderer.Render(index);
        return Cut(Grey(frame.Bgr), scene.Camera.Width, [.. frame.Annotations.Select(a => a.Box)]);
    }

    /// <summary>Cuts levels [height, width] up.</summary>
    public static TiledFrame Cut(byte[] grey, int widthPx, IReadOnlyList<Box> boxes)
    {
        const int side = TilesGraph.Side;
        var (columns, pixels) = (widthPx / side, new byte[grey.Length]);
        for (var at = 0; at < grey.Length; at += side)
        {
            var (x, y) = (at % widthPx, at / widthPx);
            var tile = (y / side * columns) + (x / side);
            grey.AsSpan(at, side).CopyTo(pixels.AsSpan((tile * side * side) + (y % side * side)));
        }

        return new TiledFrame(grey, pixels, TileMarks.Of(grey, widthPx, boxes), boxes);
    }

    private static byte[] Grey(byte[] bgr)
    {
        var grey = new byte[bgr.Length / 3];
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = bgr[i * 3];
        }

        return grey;
    }
}

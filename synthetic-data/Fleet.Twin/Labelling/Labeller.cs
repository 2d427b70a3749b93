using Fleet.Contracts;
using Fleet.Twin.Scenes;
using Fleet.Twin.World;

namespace Fleet.Twin.Labelling;

/// <summary>Exact boxes of what can be seen, from the ids of the drawn pixels.</summary>
internal static class Labeller
{
    private const float ReferencePx = 320f;

    /// <param name="ids">Rows from the bottom; 0 is the room, <see cref="Thing.Unlabelled"/> a thing without label.</param>
    public static List<TwinAnnotation> Annotate(uint[] ids, Scene scene, IReadOnlyList<Carton> cartons, Projection camera)
    {
        int width = scene.Camera.Width, height = scene.Camera.Height;
        var extents = Measure(ids, width, height, cartons.Count);
        var least = scene.Boxes.MinSidePx * Math.Max(width, height) / ReferencePx;
        var found = new List<TwinAnnotation>();
        foreach (var carton in cartons)
        {
            var extent = extents[carton.Id];
            if (extent.Pixels == 0 || extent.Right - extent.Left < least || extent.Bottom - extent.Top < least)
            {
                continue;
            }

            var visible = Math.Min(1, extent.Pixels / Math.Max(1, carton.Fill * Outline.AreaPx(carton, camera)));
            if (visible >= scene.Boxes.MinVisible)
            {
                var (whole, depthM) = Outline.Whole(carton, camera);
                var box = new Box(extent.Left, extent.Top, extent.Right - extent.Left, extent.Bottom - extent.Top);
                found.Add(new TwinAnnotation(carton.Label ?? scene.Label, box, visible)
                {
                    AmodalBox = whole,
                    Truncated = whole.X < -0.5f || whole.Y < -0.5f || whole.X + whole.Width > width + 0.5f || whole.Y + whole.Height > height + 0.5f,
                    DepthM = depthM,
                    Id = carton.Id,
                });
            }
        }

        return found;
    }

    private static Extent[] Measure(uint[] ids, int width, int height, int count)
    {
        var extents = new Extent[count + 1];
        Array.Fill(extents, new Extent(0, int.MaxValue, int.MaxValue, 0, 0));
        for (var row = 0; row < height; row++)
        {
            var y = height - 1 - row;
            for (var x = 0; x < width; x++)
            {
                var id = ids[(row * width) + x];
                if (id is 0 or Thing.Unlabelled)
                {
                    continue;
                }

                ref var e = ref extents[id];
                e = new Extent(e.Pixels + 1, Math.Min(e.Left, x), Math.Min(e.Top, y), Math.Max(e.Right, x + 1), Math.Max(e.Bottom, y + 1));
            }
        }

        return extents;
    }

    private readonly record struct Extent(int Pixels, int Left, int Top, int Right, int Bottom);
}

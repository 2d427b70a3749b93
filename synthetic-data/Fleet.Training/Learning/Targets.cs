using Fleet.Training.Frames;
using Fleet.Training.Graphs;

namespace Fleet.Training.Learning;

/// <summary>What the network should say about a batch of frames, cell by cell.</summary>
/// <remarks>Each array is [batch, channels, rows, columns] of the output grid.</remarks>
internal sealed class Targets(int batch, int classes, FrameSize size)
{
    private const float CentreShare = 0.12f;

    public int Rows { get; } = size.Height / DetectorGraph.Stride;

    public int Columns { get; } = size.Width / DetectorGraph.Stride;

    /// <summary>1 at a box's centre, falling off with distance; [batch, classes, …].</summary>
    public float[] Heat { get; } = new float[batch * classes * (size.Height / DetectorGraph.Stride) * (size.Width / DetectorGraph.Stride)];

    /// <summary>0 where the background must not be learnt, else 1; [batch, 1, …].</summary>
    public float[] HeatWeight { get; } = Ones(batch * (size.Height / DetectorGraph.Stride) * (size.Width / DetectorGraph.Stride));

    /// <summary>Left, top, right and bottom distance from the cell's centre, input px; [batch, 4, …].</summary>
    public float[] Sides { get; } = new float[batch * 4 * (size.Height / DetectorGraph.Stride) * (size.Width / DetectorGraph.Stride)];

    /// <summary>1 where <see cref="Sides"/> counts; [batch, 1, …].</summary>
    public float[] SidesWeight { get; } = new float[batch * (size.Height / DetectorGraph.Stride) * (size.Width / DetectorGraph.Stride)];

    /// <summary>Writes the boxes of frame <paramref name="item"/>; where boxes overlap, the smaller one owns the cell.</summary>
    public void Write(int item, IReadOnlyList<TargetBox> boxes)
    {
        var owner = new float[Rows * Columns];
        Array.Fill(owner, float.MaxValue);
        foreach (var box in boxes.Where(b => b.Class == TargetBox.Ignored))
        {
            Ignore(item, box);
        }

        foreach (var box in boxes.Where(b => b.Class != TargetBox.Ignored))
        {
            Peak(item, box);
            Distances(item, box, owner);
        }
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private void Ignore(int item, TargetBox box)
    {
        const int stride = DetectorGraph.Stride;
        for (var y = Math.Max(0, (int)box.Top / stride); y <= Math.Min(Rows - 1, (int)box.Bottom / stride); y++)
        {
            for (var x = Math.Max(0, (int)box.Left / stride); x <= Math.Min(Columns - 1, (int)box.Right / stride); x++)
            {
                HeatWeight[(item * Rows + y) * Columns + x] = 0;
            }
        }
    }

    private void Peak(int item, TargetBox box)
    {
        var (centreX, centreY) = CentreOf(box);
        var spreadX = Spread(box.Width);
        var spreadY = Spread(box.Height);
        var (reachX, reachY) = ((int)(3 * spreadX) + 1, (int)(3 * spreadY) + 1);
        for (var y = Math.Max(0, centreY - reachY); y <= Math.Min(Rows - 1, centreY + reachY); y++)
        {
            for (var x = Math.Max(0, centreX - reachX); x <= Math.Min(Columns - 1, centreX + reachX); x++)
            {
                var (dx, dy) = ((x - centreX) / spreadX, (y - centreY) / spreadY);
                ref var heat = ref Heat[((item * classes + box.Class) * Rows + y) * Columns + x];
                heat = Math.Max(heat, MathF.Exp(-(dx * dx + dy * dy) / 2));
            }
        }

        HeatWeight[(item * Rows + centreY) * Columns + centreX] = 1;
    }

    private void Distances(int item, TargetBox box, float[] owner)
    {
        const int stride = DetectorGraph.Stride;
        var (centreX, centreY) = CentreOf(box);
        var (reachX, reachY) = (Reach(box.Width), Reach(box.Height));
        for (var y = Math.Max(0, centreY - reachY); y <= Math.Min(Rows - 1, centreY + reachY); y++)
        {
            for (var x = Math.Max(0, centreX - reachX); x <= Math.Min(Columns - 1, centreX + reachX); x++)
            {
                var (px, py) = ((x + 0.5f) * stride, (y + 0.5f) * stride);
                var inside = px > box.Left && px < box.Right && py > box.Top && py < box.Bottom;
                if (inside && box.Area < owner[y * Columns + x])
                {
                    owner[y * Columns + x] = box.Area;
                    Write(item, y, x, [px - box.Left, py - box.Top, box.Right - px, box.Bottom - py]);
                }
            }
        }
    }

    private void Write(int item, int y, int x, ReadOnlySpan<float> sides)
    {
        for (var side = 0; side < 4; side++)
        {
            Sides[((item * 4 + side) * Rows + y) * Columns + x] = sides[side];
        }

        SidesWeight[(item * Rows + y) * Columns + x] = 1;
    }

    private (int X, int Y) CentreOf(TargetBox box) => (
        Math.Clamp((int)((box.Left + box.Right) / 2 / DetectorGraph.Stride), 0, Columns - 1),
        Math.Clamp((int)((box.Top + box.Bottom) / 2 / DetectorGraph.Stride), 0, Rows - 1));

    private static float Spread(float sidePx) => Math.Max(0.55f, 0.55f * sidePx / DetectorGraph.Stride / 6);

    private static int Reach(float sidePx) => Math.Max(1, (int)(CentreShare * sidePx / DetectorGraph.Stride));
}

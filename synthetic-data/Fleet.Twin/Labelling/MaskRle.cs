using System.Text;

namespace Fleet.Twin.Labelling;

/// <summary>The visible pixels of one object.</summary>
/// <param name="Counts">The <c>counts</c> of a COCO segmentation.</param>
/// <param name="AreaPx">How many pixels it holds.</param>
internal sealed record Mask(string Counts, int AreaPx);

/// <summary>Masks as COCO packs them: run lengths down the columns, zeros first, as compressed text.</summary>
internal static class MaskRle
{
    /// <param name="ids">Rows from the bottom.</param>
    public static Mask Of(ReadOnlySpan<uint> ids, uint id, int width, int height)
    {
        var runs = new List<int>();
        var inside = false;
        int length = 0, area = 0;
        for (var x = 0; x < width; x++)
        {
            for (var y = 0; y < height; y++)
            {
                var now = ids[((height - 1 - y) * width) + x] == id;
                area += now ? 1 : 0;
                if (now != inside)
                {
                    runs.Add(length);
                    (inside, length) = (now, 0);
                }

                length++;
            }
        }

        runs.Add(length);
        return new Mask(Packed(runs), area);
    }

    /// <summary>Differences to the run before the last, five bits a letter, sign extended: the code of COCO's own tools.</summary>
    private static string Packed(List<int> runs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < runs.Count; i++)
        {
            long value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
            bool more;
            do
            {
                var letter = value & 0x1F;
                value >>= 5;
                more = (letter & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? letter | 0x20 : letter) + 48));
            }
            while (more);
        }

        return text.ToString();
    }
}

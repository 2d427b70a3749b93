using Fleet.Contracts;
using Fleet.Training.Tiles;

namespace Fleet.Training.Tests.Tiles;

public class TileMarksTests
{
    private const int Width = 60;
    private readonly byte[] _grey = new byte[Width * 60];

    [Fact]
    public void A_stroke_marks_the_tiles_along_the_diagonal_on_which_its_pixels_are()
    {
        for (var i = 5; i < 36; i++)
        {
            _grey[(40 - i) * Width + i] = 50;
        }

        var marks = TileMarks.Of(_grey, Width, [new Box(3, 3, 34, 34)]);

        // rising: from the lower left to the upper right
        Assert.Equal([TileMark.Object, TileMark.Object, TileMark.Object, TileMark.Object], new[] { At(marks, 0, 3), At(marks, 1, 2), At(marks, 2, 1), At(marks, 3, 0) });
        Assert.Equal([TileMark.Background, TileMark.Background], new[] { At(marks, 0, 0), At(marks, 3, 3) });
    }

    [Fact]
    public void A_tile_that_is_hardly_touched_is_left_out_and_a_point_has_one_tile()
    {
        var marks = TileMarks.Of(_grey, Width, [new Box(17, 23, 4, 4)]);

        Assert.Equal(TileMark.Object, At(marks, 1, 2));
        Assert.Equal(TileMark.Ignored, At(marks, 2, 2));
        Assert.Equal(2, marks.Count(m => m != TileMark.Background));
        Assert.Equal(new Box(10, 20, 10, 10), TileMarks.Around(_grey, Width, new Box(17, 23, 4, 4)));
    }

    [Fact]
    public void Tiles_that_touch_at_a_corner_count_as_one_object()
    {
        float[] scores = [0.9f, 0, 0, 0, 0.9f, 0, 0, 0, 0, 0.8f, 0, 0.4f];

        Assert.Equal(2, TileCounting.Groups(scores, columns: 3, threshold: 0.5f));
        Assert.Equal(3, TileCounting.Groups(scores, columns: 3, threshold: 0.3f));
    }

    [Fact]
    public void Cutting_up_puts_the_pixels_of_a_tile_row_by_row()
    {
        for (var i = 0; i < _grey.Length; i++)
        {
            _grey[i] = (byte)((i / Width * 10) + (i % Width));
        }

        var cut = TiledFrames.Cut(_grey, Width, []);

        // tile 7 is the second of the second row
        Assert.Equal([_grey[(10 * Width) + 10], _grey[(10 * Width) + 11], _grey[(11 * Width) + 10]], new[] { cut.Pixels[700], cut.Pixels[701], cut.Pixels[710] });
    }

    private static TileMark At(TileMark[] marks, int column, int row) => marks[(row * Width / 10) + column];
}

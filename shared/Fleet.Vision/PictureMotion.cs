namespace Fleet.Vision;

/// <summary>Tells whether anything moved in a picture since one that was kept: compares the mean greys of 64x48 cells. Costs about a tenth of a millisecond and makes no garbage; one thread at a time.</summary>
public sealed class PictureMotion
{
    private const int Columns = 64;
    private const int Rows = 48;

    /// <summary>Samples of a cell along each side; their mean takes the noise of a sensor down to about a grey.</summary>
    private const int SamplesPerSide = 5;

    /// <summary>A cell whose grey changed by more, the change of the whole picture taken off, has moved …</summary>
    private const int MovedGreys = 6;

    /// <summary>… but never by less than so many times what half of all cells change by: that is the noise.</summary>
    private const int TimesNoise = 7;

    /// <summary>Where half of all cells change by more, no sensor is that bad: all of it moves.</summary>
    private const int MaxNoiseGreys = 4;

    /// <summary>So many cells must have moved: one may be a glint.</summary>
    private const int MovedCells = 2;

    /// <summary>When the whole picture became lighter or darker by more, it is another picture.</summary>
    private const int LitGreys = 12;

    private byte[] _now = new byte[Columns * Rows];
    private byte[] _kept = new byte[Columns * Rows];
    private (int Width, int Height, int Channels) _nowSize;
    private (int Width, int Height, int Channels)? _keptSize;

    /// <summary>Looks at <paramref name="frame"/>.</summary>
    /// <returns>True where something moved, where the size changed, and before anything was kept.</returns>
    public bool HasMoved(Frame frame)
    {
        _nowSize = (frame.WidthPx, frame.HeightPx, frame.Channels);
        Reduce(frame);
        return _keptSize != _nowSize || Differs();
    }

    /// <summary>The newest frame is the one to compare with from now on.</summary>
    public void Keep()
    {
        (_now, _kept) = (_kept, _now);
        _keptSize = _nowSize;
    }

    /// <summary>Nothing is kept any more.</summary>
    public void Forget() => _keptSize = null;

    private bool Differs()
    {
        var total = 0;
        for (var i = 0; i < _now.Length; i++)
        {
            total += _now[i] - _kept[i];
        }

        var light = (int)MathF.Round(total / (float)_now.Length);
        if (Math.Abs(light) > LitGreys)
        {
            return true;
        }

        var noise = Noise(light);
        return noise > MaxNoiseGreys || CountMoved(light, Math.Max(MovedGreys, TimesNoise * noise)) >= MovedCells;
    }

    /// <summary>Half of all cells change by less.</summary>
    private int Noise(int light)
    {
        Span<int> counts = stackalloc int[MaxNoiseGreys + 1];
        for (var i = 0; i < _now.Length; i++)
        {
            var change = Math.Abs(_now[i] - _kept[i] - light);
            if (change <= MaxNoiseGreys)
            {
                counts[change]++;
            }
        }

        var below = 0;
        for (var change = 0; change <= MaxNoiseGreys; change++)
        {
            below += counts[change];
            if (2 * below >= _now.Length)
            {
                return change;
            }
        }

        return MaxNoiseGreys + 1;
    }

    private int CountMoved(int light, int limit)
    {
        var moved = 0;
        for (var i = 0; i < _now.Length; i++)
        {
            moved += Math.Abs(_now[i] - _kept[i] - light) > limit ? 1 : 0;
        }

        return moved;
    }

    private void Reduce(Frame frame)
    {
        for (var row = 0; row < Rows; row++)
        {
            var (top, bottom) = Span(row, Rows, frame.HeightPx);
            for (var column = 0; column < Columns; column++)
            {
                var (left, right) = Span(column, Columns, frame.WidthPx);
                _now[(row * Columns) + column] = Mean(frame, left, right, top, bottom);
            }
        }
    }

    private static (int From, int To) Span(int index, int count, int sidePx)
    {
        var from = Math.Min(index * sidePx / count, sidePx - 1);
        return (from, Math.Max(from + 1, (index + 1) * sidePx / count));
    }

    private static byte Mean(Frame frame, int left, int right, int top, int bottom)
    {
        var (stepX, stepY) = (Math.Max(1, (right - left) / SamplesPerSide), Math.Max(1, (bottom - top) / SamplesPerSide));
        var pixels = frame.Span;
        var channels = frame.Channels;
        var (sum, count) = (0, 0);
        for (var y = top; y < bottom; y += stepY)
        {
            var row = y * frame.WidthPx * channels;
            for (var x = left; x < right; x += stepX, count++)
            {
                var at = row + (x * channels);
                sum += channels == 1 ? pixels[at] << 2 : pixels[at] + (pixels[at + 1] << 1) + pixels[at + 2];
            }
        }

        return (byte)(sum / (count << 2));
    }
}

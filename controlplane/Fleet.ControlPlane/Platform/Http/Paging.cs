using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary><c>?cursor=&amp;limit=</c> of a listing; bind with <c>[AsParameters]</c>.</summary>
/// <param name="Cursor">From the page before.</param>
/// <param name="Limit">1 to 500; 100 when left out.</param>
public readonly record struct PageQuery(string? Cursor, int? Limit)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <summary>How many to show; read one more to know whether there is a next page.</summary>
    public int Take() => Limit is null or (>= 1 and <= MaxLimit)
        ? Limit ?? DefaultLimit
        : throw new ProblemException(Problems.RequestInvalid, $"limit is {Limit}; wanted 1 to {MaxLimit}.");

    /// <summary>The sort key after which this page begins; null for the first page.</summary>
    public string? After()
    {
        if (Cursor is null)
        {
            return null;
        }

        return Base64Url.IsValid(Cursor)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Cursor))
            : throw new ProblemException(Problems.RequestInvalid, "cursor is not one that a listing gave; start again without it.");
    }

    /// <summary>As <see cref="After"/>, for a listing sorted by a number.</summary>
    public long? AfterNumber() => After() switch
    {
        null => null,
        var key when long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new ProblemException(Problems.RequestInvalid, "cursor is not one that this listing gave; start again without it."),
    };

    /// <summary>As the other one, for a listing sorted by a number.</summary>
    public Page<TItem> Of<TRow, TItem>(IReadOnlyList<TRow> rows, Func<TRow, long> key, Func<TRow, TItem> show) =>
        Of(rows, row => key(row).ToString(CultureInfo.InvariantCulture), show);

    /// <summary>Makes the page from up to <see cref="Take"/> + 1 rows.</summary>
    public Page<TItem> Of<TRow, TItem>(IReadOnlyList<TRow> rows, Func<TRow, string> key, Func<TRow, TItem> show)
    {
        var take = Take();
        var next = rows.Count > take ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key(rows[take - 1]))) : null;
        return new Page<TItem>([.. rows.Take(take).Select(show)], next);
    }
}

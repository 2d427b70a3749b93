using System.Collections.Immutable;
using Fleet.Contracts;

namespace Fleet.Console.Cameras;

/// <summary>Zones and lines of a camera while somebody changes them; every change can be undone.</summary>
public sealed class PlacesDraft(IReadOnlyList<Zone> zones, IReadOnlyList<Line> lines)
{
    private const int MostUndone = 200;
    private readonly ImmutableList<Place> _first = [.. zones.Select(Place.Of), .. lines.Select(Place.Of)];
    private readonly List<ImmutableList<Place>> _undone = [];
    private readonly List<ImmutableList<Place>> _done = [];
    private ImmutableList<Place>? _now;

    /// <summary>As they are drawn now.</summary>
    public ImmutableList<Place> Places => _now ?? _first;

    /// <summary>Which of them is worked on; -1 for none.</summary>
    public int Selected { get; private set; } = -1;

    public bool CanUndo => _done.Count > 0;

    public bool CanRedo => _undone.Count > 0;

    /// <summary>Whether there is anything to save.</summary>
    public bool IsChanged => !IsLike(zones, lines);

    /// <summary>Why the server would refuse it; null where it would not.</summary>
    public string? Fault()
    {
        try
        {
            ZoneRules.ThrowIfBroken(Zones(), Lines());
            return null;
        }
        catch (ProblemException e)
        {
            return e.Message;
        }
    }

    public IReadOnlyList<Zone> Zones() => [.. Places.Where(p => p.Kind != PlaceKind.Line).Select(p => p.ToZone())];

    public IReadOnlyList<Line> Lines() => [.. Places.Where(p => p.Kind == PlaceKind.Line).Select(p => p.ToLine())];

    /// <summary>Whether what a camera has is what this draft began with: nobody else changed it meanwhile.</summary>
    public bool BeganWith(IReadOnlyList<Zone> theirs, IReadOnlyList<Line> theirLines) => zones.SequenceEqual(theirs) && lines.SequenceEqual(theirLines);

    public void Select(int place) => Selected = place >= 0 && place < Places.Count ? place : -1;

    /// <summary>Puts a new one into the middle of the picture, where hands and arrow keys take it from there.</summary>
    public void Add(PlaceKind kind)
    {
        var off = 0.03 * (Places.Count % 8);
        ImmutableList<PicturePoint> points = kind == PlaceKind.Line
            ? [At(0.25 + off, 0.5 + off), At(0.75 + off, 0.5 + off)]
            : [At(0.35 + off, 0.35 + off), At(0.6 + off, 0.35 + off), At(0.6 + off, 0.6 + off), At(0.35 + off, 0.6 + off)];
        Do(Places.Add(new Place(kind, FreeName(kind), points)));
        Selected = Places.Count - 1;
    }

    public void Remove(int place)
    {
        if (Has(place))
        {
            Do(Places.RemoveAt(place));
            Selected = -1;
        }
    }

    /// <summary>Changes name, classes or what it is for.</summary>
    public void Change(int place, Func<Place, Place> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (Has(place))
        {
            Do(Places.SetItem(place, change(Places[place])));
        }
    }

    /// <summary>Puts a corner elsewhere.</summary>
    public void Corner(int place, int corner, double x, double y)
    {
        if (Has(place) && corner >= 0 && corner < Places[place].Points.Count)
        {
            Change(place, p => p with { Points = p.Points.SetItem(corner, At(x, y)) });
        }
    }

    /// <summary>Moves all of it, as far as it stays in the picture.</summary>
    public void Shift(int place, double dx, double dy)
    {
        if (Has(place))
        {
            var points = Places[place].Points;
            var (x, y) = (Math.Clamp(dx, -points.Min(p => p.X), 1 - points.Max(p => p.X)), Math.Clamp(dy, -points.Min(p => p.Y), 1 - points.Max(p => p.Y)));
            Change(place, p => p with { Points = [.. points.Select(q => At(q.X + x, q.Y + y))] });
        }
    }

    /// <summary>Puts a new corner between one and the next; a line has none.</summary>
    public void Split(int place, int after, double x, double y)
    {
        if (Has(place) && Places[place].Kind != PlaceKind.Line && after >= 0 && after < Places[place].Points.Count)
        {
            Change(place, p => p with { Points = p.Points.Insert(after + 1, At(x, y)) });
        }
    }

    /// <summary>Takes a corner away, and the whole place where too few are left.</summary>
    public void RemoveCorner(int place, int corner)
    {
        if (!Has(place) || corner < 0 || corner >= Places[place].Points.Count)
        {
            return;
        }

        if (Places[place].Points.Count <= Places[place].FewestPoints)
        {
            Remove(place);
        }
        else
        {
            Change(place, p => p with { Points = p.Points.RemoveAt(corner) });
        }
    }

    public void Undo() => Step(_done, _undone);

    public void Redo() => Step(_undone, _done);

    private void Step(List<ImmutableList<Place>> from, List<ImmutableList<Place>> to)
    {
        if (from.Count > 0)
        {
            to.Add(Places);
            _now = from[^1];
            from.RemoveAt(from.Count - 1);
            Select(Selected);
        }
    }

    private void Do(ImmutableList<Place> next)
    {
        _done.Add(Places);
        if (_done.Count > MostUndone)
        {
            _done.RemoveAt(0);
        }

        _undone.Clear();
        _now = next;
    }

    private bool IsLike(IReadOnlyList<Zone> others, IReadOnlyList<Line> otherLines) => Zones().SequenceEqual(others) && Lines().SequenceEqual(otherLines);

    private bool Has(int place) => place >= 0 && place < Places.Count;

    private string FreeName(PlaceKind kind)
    {
        var word = kind switch { PlaceKind.Line => "line", PlaceKind.Facing => "shelf", _ => "zone" };
        return Enumerable.Range(1, Places.Count + 1).Select(n => $"{word}-{n}").First(name => !Places.Exists(p => p.Name == name));
    }

    /// <summary>A ten-thousandth of the picture is finer than any pixel that matters.</summary>
    private static PicturePoint At(double x, double y) => new(Math.Round(Math.Clamp(x, 0, 1), 4), Math.Round(Math.Clamp(y, 0, 1), 4));
}

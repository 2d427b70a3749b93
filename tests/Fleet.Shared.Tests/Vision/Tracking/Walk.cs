using Fleet.Contracts;
using Fleet.Vision.Tracking;

namespace Fleet.Shared.Tests.Vision.Tracking;

/// <summary>Objects that move through a 640x480 picture, shown to a tracker frame by frame; counts the times an object's id changes.</summary>
internal sealed class Walk(BoxTracker tracker, double fps = 10)
{
    private readonly Dictionary<int, long> _ids = [];

    public BoxTracker Tracker => tracker;

    public int Switches { get; private set; }

    public int Frame { get; private set; }

    public double Seconds => Frame / fps;

    public static Detection Box(double centreX, double centreY, double width = 40, double height = 100, float score = 0.9f, string label = "person") =>
        new(label, score, new Box((float)(centreX - (width / 2)), (float)(centreY - (height / 2)), (float)width, (float)height));

    /// <summary>Shows a frame on which each object is found, weakly found (below 0.5), or missing (null).</summary>
    /// <returns>Id of each object; 0 where it has none.</returns>
    public long[] Show(params Detection?[] objects)
    {
        var found = objects.Where(o => o is { Score: >= 0.5f }).ToList();
        var doubtful = objects.Where(o => o is { Score: < 0.5f }).ToList();
        tracker.Update(found!, doubtful!, new FrameTime(TimeSpan.FromSeconds(Seconds), 640, 480));
        Frame++;
        return [.. objects.Select((o, i) => Note(i, o is null ? 0 : o.Score >= 0.5f ? tracker.IdsOfFound[found.IndexOf(o)] : tracker.IdsOfDoubtful[doubtful.IndexOf(o)]))];
    }

    public long[] Show(int frames, Func<double, Detection?[]> at)
    {
        long[] ids = [];
        for (var i = 0; i < frames; i++)
        {
            ids = Show(at(Seconds));
        }

        return ids;
    }

    private long Note(int truth, long id)
    {
        if (id == 0)
        {
            return 0;
        }

        Switches += _ids.TryGetValue(truth, out var before) && before != id ? 1 : 0;
        return _ids[truth] = id;
    }
}

using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>One object over time. It belongs to its tracker, which uses it again for another object after it has ended: keep its <see cref="Id"/>, not the track.</summary>
public sealed class Track
{
    // shares of the box's height, as DeepSORT and ByteTrack have them for 30 frames a second, here for any rate
    private const float MeasuredStd = 0.05f;
    private const float StartStd = 2 * MeasuredStd;
    private const float StartSpeedStd = 1.9f;
    private const float Wander = 0.27f;
    private const float Push = 1;

    /// <summary>After a longer pause the last speed says nothing.</summary>
    private const float MaxPredictSeconds = 1;
    private const float MinSidePx = 1;

    private ConstantVelocity _x;
    private ConstantVelocity _y;
    private ConstantVelocity _width;
    private ConstantVelocity _height;

    internal Track()
    {
    }

    /// <summary>Number of the object, from 1, never used again; 0 while it is not confirmed.</summary>
    public long Id { get; internal set; }

    /// <summary>Class name.</summary>
    public string Label { get; private set; } = "";

    /// <summary>Score of the last box that was found.</summary>
    public float Score { get; private set; }

    /// <summary>When it was first found.</summary>
    public TimeSpan FirstAt { get; private set; }

    /// <summary>When it was last found.</summary>
    public TimeSpan LastAt { get; internal set; }

    /// <summary>Frames in a row on which it was found, up to the last frame with it.</summary>
    public int Streak { get; private set; }

    /// <summary>Frames in a row on which it was not found, up to now.</summary>
    public int Missed { get; private set; }

    /// <summary>Whether it is on the newest frame.</summary>
    public bool IsSeen => Missed == 0;

    /// <summary>Whether it has an id.</summary>
    public bool IsConfirmed => Id > 0;

    /// <summary>Where it is: measured and smoothed, or expected where it was not found; px of the frame.</summary>
    public Box Box
    {
        get
        {
            var (width, height) = (Math.Max(_width.Value, MinSidePx), Math.Max(_height.Value, MinSidePx));
            return new(_x.Value - (width / 2), _y.Value - (height / 2), width, height);
        }
    }

    /// <summary>How fast its centre moves, px a second.</summary>
    public (float X, float Y) Speed => (_x.Speed, _y.Speed);

    /// <summary>It was stable and in sight, and is not on the newest frame.</summary>
    internal bool HasVanished { get; set; }

    /// <summary>A box of the frame that is being taken in is its own.</summary>
    internal bool IsJoined { get; private set; }

    internal void Start(Detection detection, TimeSpan at)
    {
        (Id, Label, Score, FirstAt, LastAt, Streak, Missed, HasVanished, IsJoined) = (0, detection.Label, detection.Score, at, at, 1, 0, false, true);
        var box = detection.Box;
        _x.Start(box.X + (box.Width / 2), StartStd * box.Height, StartSpeedStd * box.Height);
        _y.Start(box.Y + (box.Height / 2), StartStd * box.Height, StartSpeedStd * box.Height);
        _width.Start(box.Width, StartStd * box.Height, StartSpeedStd * box.Height);
        _height.Start(box.Height, StartStd * box.Height, StartSpeedStd * box.Height);
    }

    internal void Predict(TimeSpan passed)
    {
        IsJoined = false;
        if (!IsSeen)
        {
            // a box that is not measured would grow or shrink without end
            (_width.Speed, _height.Speed) = (0, 0);
        }

        var seconds = Math.Min((float)passed.TotalSeconds, MaxPredictSeconds);
        var size = Math.Max(_height.Value, MinSidePx);
        _x.Predict(seconds, Wander * size, Push * size);
        _y.Predict(seconds, Wander * size, Push * size);
        _width.Predict(seconds, Wander * size, Push * size);
        _height.Predict(seconds, Wander * size, Push * size);
    }

    internal void Correct(Detection detection, TimeSpan at)
    {
        var box = detection.Box;
        var std = MeasuredStd * Math.Max(_height.Value, MinSidePx);
        _x.Correct(box.X + (box.Width / 2), std);
        _y.Correct(box.Y + (box.Height / 2), std);
        _width.Correct(box.Width, std);
        _height.Correct(box.Height, std);
        Streak = Missed == 0 ? Streak + 1 : 1;
        (Score, LastAt, Missed, IsJoined) = (detection.Score, at, 0, true);
    }

    internal void Miss() => Missed++;

    /// <summary>Nothing in the picture moved: it stays where it is.</summary>
    internal void Rest(TimeSpan at)
    {
        (_x.Speed, _y.Speed, _width.Speed, _height.Speed) = (0, 0, 0, 0);
        LastAt = at;
    }
}

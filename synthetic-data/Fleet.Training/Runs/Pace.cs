using Fleet.Contracts;
using Fleet.Training.Learning;
using Fleet.Training.Recipes;

namespace Fleet.Training.Runs;

/// <summary>Says every few seconds how far a stage is and how long the rest will take.</summary>
internal sealed class Pace(string stage, Schedule schedule, int later, Action<TrainingProgress> report, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly long _started = time.GetTimestamp();
    private int _first = -1;
    private long _told;
    private double _loss;

    public void Tell(LearnerStep at)
    {
        _first = _first < 0 ? at.Step - 1 : _first;
        _loss = _loss == 0 ? at.Loss : 0.95 * _loss + 0.05 * at.Loss;
        if (_told != 0 && time.GetElapsedTime(_told) < Every && at.Step != schedule.Steps)
        {
            return;
        }

        _told = time.GetTimestamp();
        var each = time.GetElapsedTime(_started).TotalSeconds / (at.Step - _first);
        report(new TrainingProgress(stage, at.Step, schedule.Steps, _loss, each * (schedule.Steps - at.Step + later)));
    }
}

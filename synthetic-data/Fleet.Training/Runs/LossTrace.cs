using Fleet.Contracts;

namespace Fleet.Training.Runs;

/// <summary>Remembers the loss that a run tells, for its report, and passes everything on.</summary>
internal sealed class LossTrace(Action<TrainingProgress> next)
{
    private readonly List<(double Step, double Loss)> _points = [];
    private string _stage = "";
    private int _before;
    private int _steps;

    /// <summary>Loss by step, all stages one after the other; a run that went on from a checkpoint has only what came after.</summary>
    public IReadOnlyList<(double Step, double Loss)> Points => _points;

    public void Tell(TrainingProgress at)
    {
        if (at.Loss is { } loss)
        {
            if (at.Stage != _stage)
            {
                (_stage, _before, _steps) = (at.Stage, _before + _steps, at.Steps);
            }

            _points.Add((_before + at.Step, loss));
        }

        next(at);
    }
}

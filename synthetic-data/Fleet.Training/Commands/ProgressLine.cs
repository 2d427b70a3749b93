using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Training.Commands;

/// <summary>Progress as lines: stage, steps, loss, steps a second and how long the rest takes.</summary>
internal sealed class ProgressLine(TextWriter output, TimeProvider time)
{
    private (string Stage, int Step, long At) _last = ("", 0, 0);

    public void Tell(TrainingProgress at)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_last.At, now).TotalSeconds;
        var rate = at.Loss is not null && at.Stage == _last.Stage && at.Step > _last.Step && seconds > 0 ? (at.Step - _last.Step) / seconds : (double?)null;
        _last = (at.Stage, at.Step, now);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{at.Stage} {at.Step}/{at.Steps}{(at.Loss is { } loss ? $"  loss {loss.ToString(loss < 0.1 ? "0.0000" : "0.000", CultureInfo.InvariantCulture)}" : "")}{(rate is { } r ? $"  {r.ToString("0.0", CultureInfo.InvariantCulture)} steps/s" : "")}{(at.EtaSeconds is { } left ? $"  {left.ToString("0", CultureInfo.InvariantCulture)} s left" : "")}"));
    }
}

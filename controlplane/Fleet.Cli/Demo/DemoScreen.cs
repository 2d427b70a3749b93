using System.Globalization;
using Spectre.Console;

namespace Fleet.Cli.Demo;

/// <summary>What a person watches: stages, progress on one line, and the figures that matter.</summary>
internal sealed class DemoScreen(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly bool _live = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    private string _lastProgress = "";
    private long _lastPrinted;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void Stage(string name, string what)
    {
        EndProgress();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"\n[bold dodgerblue1]{Clock()}  {name}[/]  [grey]{what}[/]");
    }

    public void Say(string text)
    {
        EndProgress();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"       {text}");
    }

    public void Figure(string name, string value)
    {
        EndProgress();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"       {name}: [bold]{value}[/]");
    }

    public void Warn(string text)
    {
        EndProgress();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"       [yellow]{text}[/]");
    }

    /// <summary>One line that is written over; without a terminal, a line every few seconds.</summary>
    public void Progress(string text)
    {
        if (_live)
        {
            var width = Math.Max(20, AnsiConsole.Profile.Width - 9);
            var shown = text.Length > width ? text[..width] : text;
            Console.Write($"\r       {shown.PadRight(Math.Min(width, Math.Max(shown.Length, _lastProgress.Length)))}");
            _lastProgress = shown;
        }
        else if (text != _lastProgress && time.GetElapsedTime(_lastPrinted) > TimeSpan.FromSeconds(5))
        {
            Console.WriteLine($"       {text}");
            _lastProgress = text;
            _lastPrinted = time.GetTimestamp();
        }
    }

    public void Failure(string text)
    {
        EndProgress();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"\n[bold red]{Clock()}  Stopped:[/] {text}");
    }

    private string Clock() => Elapsed.ToString(@"mm\:ss", CultureInfo.InvariantCulture);

    private void EndProgress()
    {
        if (_live && _lastProgress.Length > 0)
        {
            Console.WriteLine();
            _lastProgress = "";
        }
    }
}

using System.CommandLine;
using System.Runtime.InteropServices;
using Fleet.Cli.Processes;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary><c>./fleet demo</c>.</summary>
internal static class DemoCommand
{
    private const string Marker = ".fleet-demo";

    public static Command Create()
    {
        var headless = new Option<bool>("--headless") { Description = "End after the turns; the exit code tells." };
        var turns = new Option<int>("--turns") { Description = "How often the loop turns.", DefaultValueFactory = _ => 2 };
        var cameras = new Option<string[]>("--camera") { Description = "A real camera instead of the twin's: rtsp://, http(s)://, /dev/video0, a video file or a folder of images. Repeatable." };
        var output = new Option<string?>("--out") { Description = "Where data, logs and summary.json go." };
        turns.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 20)
            {
                r.AddError("--turns is a number from 1 to 20.");
            }
        });
        var command = new Command("demo", "The whole loop on this machine: twin, training, rollout, cameras, samples, labels, and round again.") { headless, turns, cameras, output };
        command.SetAction(async (result, cancellationToken) =>
        {
            var programs = Programs.Find();
            var options = new DemoOptions(
                result.GetValue(headless), result.GetValue(turns), result.GetValue(cameras) ?? [],
                Path.GetFullPath(result.GetValue(output) ?? Path.Combine(programs.Root, ".fleet", "demo")));
            return await RunAsync(programs, options, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Programs programs, DemoOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => { c.Cancel = true; stop.Cancel(); });
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => { c.Cancel = true; stop.Cancel(); });
        var report = new DemoReport();
        var screen = new DemoScreen(TimeProvider.System);
        using var alone = LockFolder(options.Out);
        var folder = PrepareFolder(options.Out);
        await using var stack = new DemoStack(programs, folder);
        var cameras = options.Cameras.Count == 0 ? DemoCamera.OfTwin(programs.Scene(DemoContext.SiteScene)) : DemoCamera.OfSources(options.Cameras);
        var supervisor = new Supervisor(stack, screen, TimeProvider.System);
        var supervised = supervisor.RunAsync(stop.Token);
        var demo = new DemoContext(options, stack, screen, report, cameras) { Supervisor = supervisor };
        screen.Say($"Data, logs and figures are in {options.Out}.");
        try
        {
            await DemoRun.RunAsync(demo, stop.Token);
        }
        catch (Exception e) when (e is ProblemException or ChildFailedException or TimeoutException or InvalidOperationException or IOException)
        {
            report.Failure = e.Message;
            screen.Failure(e.Message);
        }
        catch (OperationCanceledException)
        {
            report.Failure = "Stopped before the end.";
            screen.Failure(report.Failure);
        }

        report.Seconds = screen.Elapsed.TotalSeconds;
        report.Write(Path.Combine(options.Out, "summary.json"));
        if (report.Failure is null)
        {
            DemoTable.Print(report);
            await StayAsync(demo, stop.Token);
        }

        // what is stopped now stays stopped
        await stop.CancelAsync();
        await supervised;
        demo.Client?.Dispose();
        return report.Ok ? 0 : 1;
    }

    private static async Task StayAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        if (demo.Options.Headless)
        {
            return;
        }

        demo.Screen.Stage("Running", "until Ctrl+C");
        demo.Screen.Figure("console", await SiteStage.SignInLinkAsync(demo, cancellationToken));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            demo.Screen.Say("Stopping.");
        }
    }

    /// <summary>One demo at a time in a folder: the next would take its data away.</summary>
    private static FileStream LockFolder(string output)
    {
        Directory.CreateDirectory(output);
        try
        {
            return new FileStream(Path.Combine(output, "demo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"Another demo runs in {output}. Stop it first, or give another --out.", e);
        }
    }

    /// <summary>Every run begins afresh, in a folder that is the demo's own.</summary>
    private static string PrepareFolder(string output)
    {
        var folder = Path.Combine(output, "data");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, Marker)))
        {
            throw new IOException($"{folder} holds files that are not the demo's. Give another --out.");
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        File.WriteAllText(Path.Combine(folder, Marker), "");
        return folder;
    }
}

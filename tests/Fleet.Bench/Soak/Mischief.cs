using System.Globalization;
using Fleet.Testing.Rtsp;

namespace Fleet.Bench.Soak;

/// <summary>Lets cameras fail as they do in the field, one fault after another, the same ones in every run.</summary>
internal sealed class Mischief(IReadOnlyList<RtspServer> servers, (RtspClip Small, RtspClip Large) clips, string video, Func<CancellationToken, Task<int>> agentAsync)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);
    private readonly Random _random = new(Seed: 20260714);

    /// <summary>Faults so far, by kind.</summary>
    public Dictionary<string, int> Done { get; } = [];

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var turn = 0; TimeProvider.System.GetElapsedTime(started) < duration; turn++)
        {
            var server = servers[turn % servers.Count];
            var (kind, faultAsync) = Pick(turn, server);
            Done[kind] = Done.GetValueOrDefault(kind) + 1;
            await faultAsync(cancellationToken);
            await PauseAsync(Between * (0.5 + _random.NextDouble()), cancellationToken);
        }
    }

    private (string Kind, Func<CancellationToken, Task> FaultAsync) Pick(int turn, RtspServer server) => (turn % 8) switch
    {
        0 => ("cut", _ => Now(server.Cut)),
        1 => ("silence", token => ForAWhileAsync(on => server.IsStalled = on, seconds: 7, token)),
        2 => ("another size", _ => Now(() => server.Clip = server.Clip == clips.Small ? clips.Large : clips.Small)),
        3 => ("torn frame", _ => Now(() => server.TearsNext = true)),
        4 => ("file away", token => ForAWhileAsync(on => File.Move(on ? video : video + ".away", on ? video + ".away" : video), seconds: 5, token)),
        5 => ("refusal", token => RefuseAsync(server, token)),
        6 => ("twin killed", async token => KillTwin(await agentAsync(token))),
        _ => ("clock leap", _ => Now(() => server.JumpClock(TimeSpan.FromHours(_random.Next(-5, 6))))),
    };

    private static async Task RefuseAsync(RtspServer server, CancellationToken cancellationToken)
    {
        server.Cut();
        await ForAWhileAsync(on => server.Refuses = on, seconds: 4, cancellationToken);
    }

    private static async Task ForAWhileAsync(Action<bool> set, double seconds, CancellationToken cancellationToken)
    {
        set(true);
        try
        {
            await PauseAsync(TimeSpan.FromSeconds(seconds), cancellationToken);
        }
        finally
        {
            set(false);
        }
    }

    private static Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(pause, TimeProvider.System, cancellationToken);

    private static Task Now(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>Kills the renders that this agent started, and no other.</summary>
    private static void KillTwin(int agent)
    {
        foreach (var process in System.Diagnostics.Process.GetProcesses())
        {
            using (process)
            {
                if (process.ProcessName == "fleet-twin" && ParentOf(process.Id) == agent)
                {
                    process.Kill();
                }
            }
        }
    }

    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

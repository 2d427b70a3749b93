using System.Collections.Concurrent;
using System.Globalization;
using Fleet.Cli.Processes;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Fleet's processes on this machine: a control plane, its agents, a trainer. Each can be killed and started again under its name.</summary>
internal sealed class DemoStack(Programs programs, string folder) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, ChildProcess> _children = [];
    private readonly ConcurrentDictionary<string, (string Program, string[] Arguments)> _commands = [];
    private readonly (int Operator, int Device, int Mqtt, int Readers) _ports = (Programs.FreePort(), Programs.FreePort(), Programs.FreePort(), Programs.FreePort());

    public string Folder => folder;

    public Programs Programs => programs;

    public string Logs => Path.Combine(folder, "logs");

    public string ControlPlaneData => Path.Combine(folder, "control-plane");

    public Uri Address => new($"http://127.0.0.1:{_ports.Operator}");

    /// <summary>Starts the control plane for the first time.</summary>
    /// <returns>The one-time token for the first operator.</returns>
    public async Task<string> StartControlPlaneAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Logs);
        var child = Start("control-plane", programs.ControlPlane,
            $"--Fleet:Data={ControlPlaneData}",
            $"--Fleet:Operator:Url={Address.GetLeftPart(UriPartial.Authority)}",
            $"--Fleet:Device:Port={Text(_ports.Device)}",
            $"--Fleet:Mqtt:Port={Text(_ports.Mqtt)}",
            $"--Fleet:Readers:Port={Text(_ports.Readers)}");
        var token = await child.WaitForAsync(FirstOperatorToken, StartLimit, cancellationToken);
        await child.WaitForAsync(Ready, StartLimit, cancellationToken);
        return token;
    }

    public async Task EnrolAsync(DeviceId device, string token, CancellationToken cancellationToken) =>
        await ChildProcess.RunAsync($"{device}-enrol", programs.Agent, ["enrol", token, "--data", DataOf(device)], Logs, onLine: null, cancellationToken);

    public void StartAgent(DeviceId device) =>
        Start(device.ToString(), programs.Agent, "run", "--data", DataOf(device), $"--Fleet:Agent:TwinCommand={programs.Twin}");

    public void StartTrainer(string apiKey)
    {
        var key = Path.Combine(folder, "trainer.key");
        File.WriteAllText(key, apiKey);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Start("trainer", programs.Training, "trainer", "--server", Address.GetLeftPart(UriPartial.Authority), "--key-file", key, "--work", Path.Combine(folder, "trainer"));
    }

    /// <summary>Kills a process as a power cut would.</summary>
    public Task KillAsync(string name, CancellationToken cancellationToken) => _children[name].KillAsync(cancellationToken);

    /// <summary>Starts a process that was killed, with the same command.</summary>
    public async Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        await _children[name].DisposeAsync();
        var (program, arguments) = _commands[name];
        var child = Start(name, program, arguments);
        if (name == "control-plane")
        {
            await child.WaitForAsync(Ready, StartLimit, cancellationToken);
        }
    }

    /// <summary>Names of processes that have ended.</summary>
    public IReadOnlyList<string> Ended() => [.. _children.Where(c => c.Value.HasExited).Select(c => c.Key)];

    public ChildFailedException FailureOf(string name) => _children[name].Failure();

    public async ValueTask DisposeAsync()
    {
        // agents and trainer first, so that they can say goodbye
        await Task.WhenAll(_children.Where(c => c.Key != "control-plane").Select(c => c.Value.DisposeAsync().AsTask()));
        foreach (var child in _children.Values)
        {
            await child.DisposeAsync();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? FirstOperatorToken(string line) =>
        line.StartsWith("First operator: ", StringComparison.Ordinal) && line.IndexOf("token=", StringComparison.Ordinal) is > 0 and var at ? line[(at + 6)..].Trim() : null;

    private static string? Ready(string line) => line.StartsWith("Fleet control plane ready", StringComparison.Ordinal) ? line : null;

    private string DataOf(DeviceId device) => Path.Combine(folder, device.ToString());

    private ChildProcess Start(string name, string program, params string[] arguments)
    {
        _commands[name] = (program, arguments);

        // a camera such as twin:synthetic-data/scenes/warehouse.yaml is seen from Fleet's folder, as the console proposes it
        return _children[name] = ChildProcess.Start(name, program, arguments, Logs, at: programs.Root);
    }
}

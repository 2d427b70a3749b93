using Fleet.Cli.Processes;
using Fleet.Client;

namespace Fleet.Cli.Demo;

/// <summary>What every stage of the demo needs.</summary>
internal sealed record DemoContext(DemoOptions Options, DemoStack Stack, DemoScreen Screen, DemoReport Report, IReadOnlyList<DemoCamera> Cameras)
{
    /// <summary>Accuracy is measured on these seeds; no camera shows them.</summary>
    public static readonly IReadOnlyList<int> HeldOutSeeds = [9001, 9002];

    /// <summary>The scene of the site; its cameras, light and cartons differ from what version 1 was trained on.</summary>
    public const string SiteScene = "warehouse-field";

    /// <summary>Keeps the processes running; null where a test kills them itself.</summary>
    public Supervisor? Supervisor { get; init; }

    /// <summary>Signed in as an Admin, once the control plane runs.</summary>
    public FleetClient Client { get; set; } = null!;

    /// <summary>The twin knows what its frames show, a real camera's do not say.</summary>
    public bool HasTruth => Options.Cameras.Count == 0;

    public Programs Programs => Stack.Programs;

    /// <summary>Runs a program of ours to its end, showing what it prints on one line.</summary>
    public Task<string> RunAsync(string name, string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(name, program, arguments, Stack.Logs, Screen.Progress, cancellationToken);
}

using System.Globalization;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Bench.Ingest;

/// <summary>The real control plane as a process of its own.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private const string ReadyLine = "Fleet control plane ready: operator ";
    private const string TokenLine = "First operator: ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string _data;
    private readonly ChildProcess _process;

    private ControlPlane(string data, ChildProcess process) => (_data, _process) = (data, process);

    public required FleetClient Client { get; init; }

    public required Broker Broker { get; init; }

    /// <summary>Starts it in an empty folder and becomes its first operator.</summary>
    public static async Task<ControlPlane> StartAsync(string data, string logs, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(
            "control-plane", Repository.Program("controlplane/Fleet.ControlPlane", "fleet-controlplane"),
            [$"--Fleet:Data={data}", "--Fleet:Operator:Url=http://127.0.0.1:0", "--Fleet:Device:Port=0", "--Fleet:Mqtt:Port=0"], logs);
        try
        {
            var ready = await process.WaitForAsync(line => Starting(line, ReadyLine), StartLimit, cancellationToken);
            var token = await process.WaitForAsync(line => Starting(line, TokenLine), StartLimit, cancellationToken);
            var words = ready.Split(' ');
            return new ControlPlane(data, process)
            {
                Client = await SignInAsync(new Uri(words[0]), token[(token.IndexOf('=', StringComparison.Ordinal) + 1)..], cancellationToken),
                Broker = new Broker("Fleet", int.Parse(words[^1].Split(':')[^1], CultureInfo.InvariantCulture), process.Id),
            };
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its CA, to sign the peer's server certificate.</summary>
    public DeviceCa Ca() => DeviceCa.LoadOrCreate(Path.Combine(_data, "trust", "ca"), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static async Task<FleetClient> SignInAsync(Uri address, string token, CancellationToken cancellationToken)
    {
        using var stranger = new FleetClient(new FleetClientOptions { Address = address });
        var session = await stranger.Access.CreateFirstOperatorAsync(new FirstOperatorRequest(token, "bench", OneTimeSecret.Create()), cancellationToken);
        return new FleetClient(new FleetClientOptions { Address = address, Token = session.Token });
    }

    private static string? Starting(string line, string with) => line.StartsWith(with, StringComparison.Ordinal) ? line[with.Length..].Trim() : null;
}

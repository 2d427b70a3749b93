using System.Net.Sockets;
using System.Text.Json;
using Fleet.Agent.State;

namespace Fleet.Agent.Status;

/// <summary><c>fleet-agent status</c>: asks the daemon of a data folder how it is, and shows it.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    /// <param name="paths">Whose daemon.</param>
    /// <param name="options">One picture and no more; the figures as JSON.</param>
    /// <param name="output">Where it is shown.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UsageException">No daemon answers.</exception>
    public static async Task RunAsync(AgentPaths paths, (bool Once, bool Json) options, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        AgentStatus? before = null;
        while (true)
        {
            var (json, status) = await AskAsync(paths, time, cancellationToken);
            if (options.Json)
            {
                await output.WriteLineAsync(json);
            }
            else
            {
                // home, then the picture, then clear what is left of the one before: no flicker
                await output.WriteAsync(options.Once ? StatusScreen.Draw(status, before: null) : $"\e[H{StatusScreen.Draw(status, before).Replace("\n", "\e[K\n", StringComparison.Ordinal)}\e[J");
            }

            await output.FlushAsync(cancellationToken);
            if (options.Once)
            {
                return;
            }

            before = status;
            await Task.Delay(Refresh, time, cancellationToken);
        }
    }

    /// <summary>What the daemon says now.</summary>
    /// <exception cref="UsageException">None answers.</exception>
    public static async Task<(string Json, AgentStatus Status)> AskAsync(AgentPaths paths, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.StatusSocket), both.Token);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream);
            var json = await reader.ReadToEndAsync(both.Token);
            return (json, JsonSerializer.Deserialize(json, StatusJson.Default.AgentStatus)!);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new UsageException($"No agent answers for the data folder {paths.Data} ({e.Message}). Start it with: fleet-agent run --data {paths.Data} — or ask as the user it runs as, or name its folder with --data.", e);
        }
    }
}

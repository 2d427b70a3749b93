using System.Net.Sockets;
using System.Text.Json;
using Fleet.Agent.State;
using Microsoft.Extensions.Hosting;

namespace Fleet.Agent.Status;

/// <summary>Answers every connection to a socket that only the agent's own user can open, with the status and nothing else; nothing is read from it.</summary>
internal sealed partial class StatusSocket(StatusReader reader, AgentPaths paths, TimeProvider time, ILogger<StatusSocket> log) : BackgroundService
{
    /// <summary>What Linux allows, the closing zero included.</summary>
    private const int LongestPath = 107;

    private const int Waiting = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(paths.StatusSocket) > LongestPath)
        {
            TooLong(log, paths.StatusSocket, LongestPath);
            return;
        }

        using var socket = Listen(paths.StatusSocket);
        try
        {
            while (true)
            {
                using var viewer = await socket.AcceptAsync(stoppingToken);
                await AnswerAsync(viewer, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            File.Delete(paths.StatusSocket);
        }
    }

    /// <summary>The folder is its owner's alone, so nobody can come before the mode is set.</summary>
    private static Socket Listen(string path)
    {
        // a killed agent leaves its socket behind; the data folder's lock says that none runs
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, DurableFile.Secret);
        socket.Listen(Waiting);
        return socket;
    }

    private async Task AnswerAsync(Socket viewer, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await using var stream = new NetworkStream(viewer);
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reader.Read(), StatusJson.Default.AgentStatus), both.Token);
        }
        catch (Exception e) when (e is IOException or SocketException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            Gone(log, e.Message);
        }
    }

    [LoggerMessage(1610, LogLevel.Warning, "fleet-agent status will not work: the path {Path} is longer than the {Longest} bytes that a socket may have. Choose a shorter data folder.")]
    private static partial void TooLong(ILogger log, string path, int longest);

    [LoggerMessage(1611, LogLevel.Information, "Whoever asked for the status went away: {Reason}")]
    private static partial void Gone(ILogger log, string reason);
}

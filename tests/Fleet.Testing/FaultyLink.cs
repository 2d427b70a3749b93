using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing;

/// <summary>What is wrong with a link.</summary>
public enum LinkFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every connection is torn, and every new one too.</summary>
    Cut,

    /// <summary>Three of ten packets are lost: as a connection sees it, bytes come late, and now and then it breaks.</summary>
    Loss,

    /// <summary>An answer takes two seconds longer.</summary>
    Latency,

    /// <summary>Connections are taken and stay, but nothing goes through any more; those never come back to life.</summary>
    HalfOpen,
}

/// <summary>A TCP link to a port of this machine that can be spoilt.</summary>
public sealed class FaultyLink : IAsyncDisposable
{
    private const double LossShare = 0.3;
    private const double BreakShare = 0.02;
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OneWay = TimeSpan.FromSeconds(1);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Random _chance = new(5);
    private readonly Lock _chanceLock = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly int _to;
    private readonly Task _accepting;
    private volatile LinkFault _fault;
    private int _accepted;

    /// <summary>Listens on a free port.</summary>
    /// <param name="to">The port that it leads to.</param>
    public FaultyLink(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it is entered.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What is wrong with it now.</summary>
    public LinkFault Fault
    {
        get => _fault;
        set
        {
            _fault = value;
            foreach (var socket in value == LinkFault.Cut ? _open.Keys : [])
            {
                Tear(socket);
            }
        }
    }

    /// <summary>So many connections were begun.</summary>
    public int Accepted => _accepted;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_over.Token);
                Interlocked.Increment(ref _accepted);
                open.RemoveAll(t => t.IsCompleted);
                open.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            (_open[client], _open[server]) = (true, true);
            await Quietly(OpenAsync(client, server));
            Tear(client);
            Tear(server);
        }
    }

    private async Task OpenAsync(Socket client, Socket server)
    {
        await PassAsync(client);
        await server.ConnectAsync(IPAddress.Loopback, _to, _over.Token);
        var both = new[] { Quietly(PumpAsync(client, server)), Quietly(PumpAsync(server, client)) };
        await Task.WhenAny(both);
        Tear(client);
        Tear(server);
        await Task.WhenAll(both);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[8 << 10];
        for (int read; (read = await from.ReceiveAsync(buffer, _over.Token)) > 0;)
        {
            await PassAsync(from);
            await to.SendAsync(buffer.AsMemory(0, read), _over.Token);
        }
    }

    private static async Task Quietly(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // torn, as was asked for
        }
    }

    /// <summary>Lets bytes through when their time has come.</summary>
    /// <exception cref="IOException">The connection breaks.</exception>
    private async Task PassAsync(Socket from)
    {
        switch (_fault)
        {
            case LinkFault.Cut:
                throw new IOException("The link is cut.");
            case LinkFault.Latency:
                await Task.Delay(OneWay, TimeProvider.System, _over.Token);
                break;
            case LinkFault.Loss:
                for (var pause = Again; Falls(LossShare); pause *= 2)
                {
                    await Task.Delay(pause, TimeProvider.System, _over.Token);
                }

                if (Falls(BreakShare))
                {
                    throw new IOException("Too much of it was lost.");
                }

                break;
            case LinkFault.HalfOpen:
                await DieAsync(from);
                break;
        }
    }

    // nobody is told, whatever becomes of the link; what is sent is taken and goes nowhere
    private async Task DieAsync(Socket from)
    {
        var buffer = new byte[8 << 10];
        while (await from.ReceiveAsync(buffer, _over.Token) > 0)
        {
        }

        throw new IOException("The other side gave up.");
    }

    private bool Falls(double share)
    {
        lock (_chanceLock)
        {
            return _chance.NextDouble() < share;
        }
    }

    // with a reset, as a router does it, not with a goodbye
    private void Tear(Socket socket)
    {
        if (_open.TryRemove(socket, out _))
        {
            socket.Close(timeout: 0);
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing.Rtsp;

/// <summary>A camera on real sockets (RTP over TCP or UDP) that fails on demand in the ways that cameras do.</summary>
public sealed class RtspServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<RtspSession, Task> _sessions = new();
    private readonly int _port;
    private Task _accepting = Task.CompletedTask;
    private long _sent;
    private int _played;
    private int _clockJumpSeconds;

    private RtspServer(RtspClip clip, IPAddress address, int port)
    {
        Clip = clip;
        _listener = new TcpListener(address, port);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>What it shows from the next picture on; one of another size is a camera whose resolution was changed.</summary>
    public RtspClip Clip { get; set; }

    /// <summary>Pictures a second that are really sent.</summary>
    public double FramesPerSecond { get; set; } = 25;

    /// <summary>Pictures a second that the stream claims, in its description and in its time stamps; null for the truth.</summary>
    public double? ClaimedFramesPerSecond { get; set; }

    /// <summary>Who may look; null for everybody.</summary>
    public RtspLogin? Login { get; set; }

    /// <summary>Connections stay open and nothing comes.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Every request is answered with 503.</summary>
    public bool Refuses { get; set; }

    /// <summary>The next picture is cut in its middle, with the connection.</summary>
    public bool TearsNext { get; set; }

    /// <summary>Pictures sent so far, all viewers together.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>How often somebody began to look.</summary>
    public int Played => _played;

    /// <summary>Begins to listen on the loopback.</summary>
    public static RtspServer Start(RtspClip clip)
    {
        var server = new RtspServer(clip, IPAddress.Loopback, port: 0);
        server._accepting = server.AcceptAsync();
        return server;
    }

    /// <summary>Address of the stream.</summary>
    /// <param name="login">User and password to put into it.</param>
    /// <param name="options">Query or fragment to put behind it.</param>
    public string Url(string? login = null, string options = "") => $"rtsp://{(login is null ? "" : login + "@")}127.0.0.1:{_port}/live{options}";

    /// <summary>Ends every connection; new ones are welcome.</summary>
    public void Cut()
    {
        foreach (var session in _sessions.Keys)
        {
            session.Cut();
        }
    }

    /// <summary>The camera's clock is set: time stamps leap.</summary>
    public void JumpClock(TimeSpan by) => Interlocked.Add(ref _clockJumpSeconds, (int)by.TotalSeconds);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        await Task.WhenAll(_sessions.Values);
        _stop.Dispose();
    }

    internal void NotePlayed() => Interlocked.Increment(ref _played);

    internal void NoteSent() => Interlocked.Increment(ref _sent);

    /// <summary>Time stamp of a picture.</summary>
    internal uint Timestamp(long picture)
    {
        var seconds = (picture / (ClaimedFramesPerSecond ?? FramesPerSecond)) + Volatile.Read(ref _clockJumpSeconds);
        return (uint)(long)(seconds * RtpPackets.ClockRate);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var session = new RtspSession(this, client, _stop.Token);
                _sessions[session] = RunAsync(session);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task RunAsync(RtspSession session)
    {
        await Task.Yield();
        await session.RunAsync();
        _sessions.TryRemove(session, out _);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fleet.Testing.Rtsp;

/// <summary>One viewer's connection.</summary>
internal sealed class RtspSession(RtspServer server, TcpClient client, CancellationToken stopping) : IDisposable
{
    private const string SessionId = "20260714";
    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly RtpPackets _packets = new();
    private UdpClient? _udp;
    private IPEndPoint? _to;
    private Task _sending = Task.CompletedTask;
    private RtspClip? _clip;
    private int _next;

    public void Cut()
    {
        try
        {
            _cut.Cancel();
            client.Dispose();
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }

    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            while (await RtspRequest.ReadAsync(stream, _cut.Token) is { } request)
            {
                await AnswerAsync(stream, request);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // a viewer that goes is nothing to tell
        }
        finally
        {
            await _cut.CancelAsync();
            await _sending;
            Dispose();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _udp?.Dispose();
        _cut.Dispose();
        _writing.Dispose();
    }

    private static bool IsEnd(Exception e) => e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException;

    private async Task AnswerAsync(NetworkStream stream, RtspRequest request)
    {
        var (status, headers, body) = Answer(request);
        var text = $"RTSP/1.0 {status}\r\nCSeq: {request.Header("CSeq")}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}{(body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "")}\r\n{body}";
        await WriteAsync(stream, Encoding.ASCII.GetBytes(text));
        if (request.Method == "PLAY" && status.StartsWith("200", StringComparison.Ordinal))
        {
            server.NotePlayed();
            _sending = SendAsync(stream);
        }
    }

    private (string Status, string[] Headers, string Body) Answer(RtspRequest request)
    {
        if (server.Refuses)
        {
            return ("503 Service Unavailable", [], "");
        }

        if (request.Method != "OPTIONS" && server.Login is { } login && !login.Accepts(request))
        {
            return ("401 Unauthorized", ["WWW-Authenticate: " + login.Challenge], "");
        }

        return request.Method switch
        {
            "OPTIONS" => ("200 OK", ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"], ""),
            "DESCRIBE" => ("200 OK", [$"Content-Base: {request.Url}/", "Content-Type: application/sdp"], Description()),
            "SETUP" => ("200 OK", ["Session: " + SessionId, "Transport: " + SetUp(request.Header("Transport"))], ""),
            "PLAY" => ("200 OK", ["Session: " + SessionId, "Range: npt=0.000-"], ""),
            _ => ("200 OK", ["Session: " + SessionId], ""),
        };
    }

    private string Description()
    {
        var rate = (server.ClaimedFramesPerSecond ?? server.FramesPerSecond).ToString(CultureInfo.InvariantCulture);
        var (name, format) = server.Clip.Codec == RtspCodec.H264 ? ("H264", "a=fmtp:96 packetization-mode=1\r\n") : ("H265", "");
        return $"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP {RtpPackets.PayloadType}\r\n"
            + $"a=rtpmap:{RtpPackets.PayloadType} {name}/{RtpPackets.ClockRate}\r\n{format}a=framerate:{rate}\r\na=control:track1\r\n";
    }

    private string SetUp(string transport)
    {
        const string Ports = "client_port=";
        var at = transport.IndexOf(Ports, StringComparison.Ordinal);
        if (at < 0)
        {
            return "RTP/AVP/TCP;unicast;interleaved=0-1";
        }

        var ports = transport[(at + Ports.Length)..].Split(';')[0];
        _to = new IPEndPoint(IPAddress.Loopback, int.Parse(ports.Split('-')[0], CultureInfo.InvariantCulture));
        _udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port: 0));
        var own = ((IPEndPoint)_udp.Client.LocalEndPoint!).Port;
        return $"RTP/AVP;unicast;client_port={ports};server_port={own}-{own + 1}";
    }

    private async Task SendAsync(NetworkStream stream)
    {
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            var due = TimeSpan.Zero;
            for (long picture = 0; ; picture++)
            {
                due += TimeSpan.FromSeconds(1 / server.FramesPerSecond);
                var wait = due - TimeProvider.System.GetElapsedTime(started);
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TimeProvider.System, _cut.Token);
                if (!server.IsStalled)
                {
                    await SendPictureAsync(stream, picture);
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            return;
        }
    }

    private async Task SendPictureAsync(NetworkStream stream, long picture)
    {
        var clip = server.Clip;
        // a clip begins with a picture that can be decoded alone
        _next = clip == _clip ? (_next + 1) % clip.Units.Count : 0;
        _clip = clip;
        var packets = _packets.Of(clip.Codec, clip.Units[_next], server.Timestamp(picture));
        var isTorn = server.TearsNext;
        foreach (var packet in isTorn ? packets.Take((packets.Count + 1) / 2) : packets)
        {
            if (_udp is not null)
            {
                await _udp.SendAsync(packet, _to, _cut.Token);
            }
            else
            {
                await WriteAsync(stream, [(byte)'$', 0, (byte)(packet.Length >> 8), (byte)packet.Length, .. packet]);
            }
        }

        if (isTorn)
        {
            server.TearsNext = false;
            Cut();
            return;
        }

        server.NoteSent();
    }

    private async Task WriteAsync(NetworkStream stream, byte[] bytes)
    {
        await _writing.WaitAsync(_cut.Token);
        try
        {
            await stream.WriteAsync(bytes, _cut.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}

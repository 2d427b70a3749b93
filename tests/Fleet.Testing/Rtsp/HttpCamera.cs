using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fleet.Testing.Rtsp;

/// <summary>A camera that speaks HTTP: <c>/mjpeg</c> is a stream of its JPEG pictures without an end, everything else is a file of its folder (an HLS playlist and its segments).</summary>
public sealed class HttpCamera : IAsyncDisposable
{
    private const string Boundary = "picture";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _viewers = [];
    private readonly Func<byte[]> _picture;
    private readonly string _folder;
    private Task _accepting = Task.CompletedTask;

    private HttpCamera(string folder, Func<byte[]> picture)
    {
        (_folder, _picture) = (folder, picture);
        _listener.Start();
    }

    /// <summary>Name and secret that it asks for; null for everybody.</summary>
    public (string User, string Password)? Login { get; set; }

    /// <summary>Begins to listen on the loopback.</summary>
    public static HttpCamera Start(string folder, Func<byte[]> picture)
    {
        var camera = new HttpCamera(folder, picture);
        camera._accepting = camera.AcceptAsync();
        return camera;
    }

    /// <summary>Address of a file, or of <c>mjpeg</c>.</summary>
    public string Url(string path, string? login = null) => $"http://{(login is null ? "" : login + "@")}127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_viewers);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _viewers.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            while (await RtspRequest.ReadAsync(stream, _stop.Token) is { } request)
            {
                await AnswerAsync(stream, request);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            return;
        }
    }

    private async Task AnswerAsync(NetworkStream stream, RtspRequest request)
    {
        var name = Path.GetFileName(request.Url.Split('?')[0]);
        if (Login is var (user, password) && request.Header("Authorization") != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
        {
            await HeadAsync(stream, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0");
        }
        else if (name == "mjpeg")
        {
            await MotionAsync(stream);
        }
        else if (File.Exists(Path.Combine(_folder, name)))
        {
            var file = await File.ReadAllBytesAsync(Path.Combine(_folder, name), _stop.Token);
            await HeadAsync(stream, "200 OK", $"Content-Length: {file.Length}");
            await stream.WriteAsync(file, _stop.Token);
        }
        else
        {
            await HeadAsync(stream, "404 Not Found", "Content-Length: 0");
        }
    }

    private async Task MotionAsync(NetworkStream stream)
    {
        await HeadAsync(stream, "200 OK", $"Content-Type: multipart/x-mixed-replace; boundary={Boundary}");
        while (true)
        {
            var picture = _picture();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"), _stop.Token);
            await stream.WriteAsync(picture, _stop.Token);
            await stream.WriteAsync("\r\n"u8.ToArray(), _stop.Token);
            await Task.Delay(Interval, TimeProvider.System, _stop.Token);
        }
    }

    private Task HeadAsync(NetworkStream stream, string status, string headers) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\n\r\n"), _stop.Token).AsTask();
}

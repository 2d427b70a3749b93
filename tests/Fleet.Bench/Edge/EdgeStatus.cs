using System.Net.Sockets;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Bench.Edge;

/// <summary>What an agent says on its status socket, as far as it is measured.</summary>
internal sealed record EdgeStatus(Reported Reported, Telemetry Telemetry, EdgeProcess Process)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<EdgeStatus> AskAsync(string data, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(data, "status.sock")), cancellationToken);
        await using var stream = new NetworkStream(socket);
        return await JsonSerializer.DeserializeAsync<EdgeStatus>(stream, Json, cancellationToken)
            ?? throw new BenchFailedException("The agent's status is empty.");
    }

    public IEnumerable<CameraCounters> Of(CameraId camera) => Telemetry.Cameras.Where(c => c.Camera == camera);

    public long Completed(CameraId camera) => Of(camera).Sum(c => c.Completed);

    public SourceCounters? Source(CameraId camera) => Telemetry.Sources?.FirstOrDefault(s => s.Camera == camera);
}

/// <summary>The agent's process.</summary>
internal sealed record EdgeProcess(int Id, long ResidentBytes, long ManagedBytes, int Handles, int Threads, double ProcessorSeconds, long AllocatedBytes, double? FirstFrameSeconds);

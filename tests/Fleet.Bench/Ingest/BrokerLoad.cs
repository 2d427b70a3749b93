using System.Diagnostics;

namespace Fleet.Bench.Ingest;

/// <param name="MessagesPerSecond">Acknowledged, all publishers together.</param>
/// <param name="ProcessorUs">Processor time of the broker for each message, microseconds.</param>
internal sealed record IngestSlice(double MessagesPerSecond, double ProcessorUs);

/// <summary>A running broker.</summary>
/// <param name="Name">For people.</param>
/// <param name="Port">Its TLS listener on the loopback.</param>
/// <param name="ProcessId">Whose processor time is counted.</param>
internal sealed record Broker(string Name, int Port, int ProcessId);

/// <summary>Publishers and silent devices on one broker.</summary>
internal sealed class BrokerLoad : IAsyncDisposable
{
    private readonly Broker _broker;
    private readonly List<TelemetryPublisher> _publishers = [];
    private IdleDevices? _idle;

    private BrokerLoad(Broker broker) => _broker = broker;

    public static async Task<BrokerLoad> ConnectAsync(Broker broker, IReadOnlyList<EnrolledDevice> devices, int publishers, CancellationToken cancellationToken)
    {
        var load = new BrokerLoad(broker);
        try
        {
            var started = Stopwatch.GetTimestamp();
            load._idle = await IdleDevices.ConnectAsync(devices.Skip(publishers), broker.Port, cancellationToken);
            foreach (var device in devices.Take(publishers))
            {
                load._publishers.Add(await TelemetryPublisher.ConnectAsync(device, broker.Port, cancellationToken));
            }

            Benches.Say($"ingest: {devices.Count} devices connected to {broker.Name} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    public async Task<IngestSlice> TakeAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var processor = ProcessorTime();
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(_publishers.Select(p => Task.Run(() => p.PublishAsync(duration, cancellationToken), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new(counts.Sum() / elapsed.TotalSeconds, (ProcessorTime() - processor).TotalMicroseconds / counts.Sum());
    }

    /// <exception cref="BenchFailedException">A silent device was thrown out: what was measured is not what was asked for.</exception>
    public void CheckIdle(int wanted)
    {
        if (_idle!.Connected != wanted)
        {
            throw new BenchFailedException($"Only {_idle.Connected} of {wanted} silent devices were still connected to {_broker.Name} at the end; run it again on a machine with less to do.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in _publishers)
        {
            await publisher.DisposeAsync();
        }

        _idle?.Dispose();
    }

    private TimeSpan ProcessorTime()
    {
        using var process = Process.GetProcessById(_broker.ProcessId);
        return process.TotalProcessorTime;
    }
}

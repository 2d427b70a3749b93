using Fleet.Testing;

namespace Fleet.Bench.Ingest;

/// <summary>QoS 1 telemetry that is acknowledged while a fleet is connected and silent: real control plane, real enrolment, TLS with client certificates.</summary>
internal static class IngestBench
{
    private const double Must = 0.9;
    private const double Aim = 1.2;
    private const int WarmUpRounds = 5;
    private static readonly Size Quick = new(Idle: 200, Publishers: 8, Rounds: 10, TimeSpan.FromSeconds(2));
    private static readonly Size Full = new(Idle: 2000, Publishers: 32, Rounds: 20, TimeSpan.FromSeconds(4));

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var size = options.Quick ? Quick : Full;
        using var folder = new TempFolder();
        await using var fleet = await ControlPlane.StartAsync(folder.At("control-plane"), folder.Path, cancellationToken);
        using var ca = fleet.Ca();
        await using var mosquitto = await Mosquitto.StartAsync(folder.At("mosquitto"), folder.Path, ca, cancellationToken);
        Benches.Say($"ingest: enrolling {size.Idle + size.Publishers} devices");
        var devices = await new Enroller(fleet.Client, folder.At("devices")).EnrolAsync(size.Idle + size.Publishers, cancellationToken);
        try
        {
            var taken = await MeasureAsync(size, fleet.Broker, mosquitto?.Broker, devices, cancellationToken);
            var note = mosquitto is null ? Mosquitto.Missing : "peer: mosquitto, same CA, client certificates and topic rules, no subscriber";
            return
            [
                taken.Row($"QoS 1 telemetry, {size.Publishers} devices, {size.Idle} silent", "messages/s", s => s.MessagesPerSecond) with { Must = Must, Aim = Aim, Note = note },
                taken.Row("processor time of the broker", "us/message", s => s.ProcessorUs),
            ];
        }
        finally
        {
            foreach (var device in devices)
            {
                device.Dispose();
            }
        }
    }

    private static async Task<Rounds<IngestSlice>> MeasureAsync(Size size, Broker fleet, Broker? mosquitto, IReadOnlyList<EnrolledDevice> devices, CancellationToken cancellationToken)
    {
        await using var ours = await BrokerLoad.ConnectAsync(fleet, devices, size.Publishers, cancellationToken);
        await using var peer = mosquitto is null ? null : await BrokerLoad.ConnectAsync(mosquitto, devices, size.Publishers, cancellationToken);
        Task<IngestSlice> Ours() => ours.TakeAsync(size.Slice, cancellationToken);
        Func<Task<IngestSlice>>? theirs = peer is null ? null : () => peer.TakeAsync(size.Slice, cancellationToken);

        // a control plane runs for months: its first seconds, in which the runtime still compiles, are not measured
        await Rounds.TakeAsync(WarmUpRounds, Ours, theirs, cancellationToken);
        var taken = await Rounds.TakeAsync(size.Rounds, Ours, theirs, cancellationToken);
        ours.CheckIdle(size.Idle);
        peer?.CheckIdle(size.Idle);
        return taken;
    }

    private sealed record Size(int Idle, int Publishers, int Rounds, TimeSpan Slice);
}

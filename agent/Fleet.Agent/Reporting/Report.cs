using System.Text.Json;
using Fleet.Agent.Health;
using Fleet.Agent.Link;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Shadow;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Reporting;

/// <summary>Says what the device runs: after every change, on every connect, and every minute; over HTTPS when MQTT is away.</summary>
internal sealed class Report(DeviceId device, StateStore store, DeviceReconciler cameras, DirectivePull pull, ReportSinks sinks, AgentPaths paths)
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(1);
    private byte[] _sent = [];
    private long _sentAt;
    private volatile bool _must = true;

    public Signal Wake { get; } = new();

    /// <summary>The next report is sent even if nothing changed.</summary>
    public void Must()
    {
        _must = true;
        Wake.Set();
    }

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var reported = Read();
        var content = JsonSerializer.SerializeToUtf8Bytes(reported with { At = default, Facts = reported.Facts with { DiskFreeBytes = 0 } }, FleetJson.Strict.Reported);
        if (!_must && content.AsSpan().SequenceEqual(_sent) && sinks.Time.GetElapsedTime(_sentAt) < AtLeast)
        {
            return;
        }

        _must = false;
        try
        {
            await (sinks.Mqtt.IsConnected ? sinks.Mqtt.ReportAsync(reported, cancellationToken) : sinks.Api.ReportAsync(reported, cancellationToken));
        }
        catch
        {
            _must = true;
            throw;
        }

        (_sent, _sentAt) = (content, sinks.Time.GetTimestamp());
    }

    internal Reported Read()
    {
        var state = store.Current;
        var units = cameras.Units;
        var problems = units.Select(u => u.Reconciler.Problem).OfType<ReportedProblem>()
            .Concat(units.Where(u => u.Feed.Problem is not null).Select(u => new ReportedProblem(u.Feed.Problem!.Code, $"{u.Camera.Id}: {u.Feed.Detail}")))
            .Concat(pull.Refused is { } refused ? [refused] : [])
            .Concat(sinks.Pressure.Problem is { } pressure ? [pressure] : []);
        return new Reported(
            device, state.Generation, state.SeenGeneration, sinks.Time.GetUtcNow(), DeviceFactsReader.Read(paths.Data),
            [.. units.Select(Camera)], [.. state.Updates.Select(u => Update(u, units))], [.. problems],
            [.. units.Select(u => u.Pipeline.Engine?.Facts?.Invoke()).OfType<ReportedEngine>().DistinctBy(e => (e.Version, e.Variant, e.Precision, e.Provider))], state.Races,
            state.Commands.Count > 0 ? [.. state.Commands.Select(c => c.Report())] : null,
            sinks.Shadows.Read());
    }

    private static ReportedCamera Camera(CameraUnit unit)
    {
        var engine = unit.Pipeline.Engine;
        return new ReportedCamera(unit.Camera.Id, unit.Feed.State, engine?.Version.Version, engine?.File, unit.Feed.Detail ?? unit.Reconciler.Problem?.Detail);
    }

    private static ReportedUpdate Update(UpdateRecord update, IReadOnlyList<CameraUnit> units)
    {
        var unit = units.FirstOrDefault(u => u.Camera.Id == update.Camera);
        var isOnTrial = update.State == UpdateState.Watching && unit?.Pipeline.Engine?.Version.Version == update.Version;
        var fetched = UpdateTable.HasEnded(update.State) || unit is null ? update.BytesFetched : Math.Max(update.BytesFetched, unit.Reconciler.Fetched.Received);
        return new ReportedUpdate(
            update.Camera, update.Version, update.State, Progress(update, unit, fetched), update.Problem, fetched,
            isOnTrial ? unit!.Pipeline.Promotion.ToFirstFrameMs : update.PromoteToFirstFrameMs,
            isOnTrial ? unit!.Pipeline.Promotion.FramesLost : update.FramesLost,
            isOnTrial ? unit!.Pipeline.Evidence?.Completed ?? 0 : update.FramesCompleted,
            update.State == UpdateState.Preparing ? unit?.Reconciler.Preparing(update.Version) : null,
            isOnTrial ? unit!.Pipeline.Promotion.PauseMs : update.PauseMs,
            update.ReturnedMs,
            UpdateTable.HasEnded(update.State) || unit is null ? update.BytesSaved : Math.Max(update.BytesSaved, unit.Reconciler.Fetched.Saved));
    }

    private static double Progress(UpdateRecord update, CameraUnit? unit, long fetched) => update.State switch
    {
        UpdateState.Preparing => unit?.Reconciler.Preparing(update.Version)?.Share ?? 0,
        UpdateState.Fetching when unit?.Reconciler.BytesWanted is > 0 and var wanted => Math.Min(1, (double)(fetched + unit.Reconciler.Fetched.Saved) / wanted),
        UpdateState.Watching when unit?.Pipeline.Evidence is { } evidence && unit.Reconciler.Policy.WatchFrames is var frames => Math.Min(1, evidence.Completed / (double)Math.Max(1, frames)),
        _ when UpdateTable.HasEnded(update.State) => 1,
        _ => 0,
    };
}

/// <summary>Both ways a report can go, and what it is about besides the cameras.</summary>
internal sealed record ReportSinks(MqttLink Mqtt, DeviceApi Api, PressureWatch Pressure, ShadowDesk Shadows, TimeProvider Time);

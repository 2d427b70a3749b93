using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Health;

/// <summary>Watches the computer, sheds load when it is under pressure, and says so.</summary>
internal sealed partial class PressureWatch(HealthReader reader, DeviceReconciler cameras, StateStore store, IOptions<AgentOptions> options, TimeProvider time, ILogger<PressureWatch> log)
{
    private readonly PressureLimits _limits = new(options.Value.HotC, options.Value.LeastMemoryBytes);
    private HealthReading? _before;
    private int _level;
    private long _changedAt = time.GetTimestamp() - (long)(PressurePlanner.Settle.TotalSeconds * time.TimestampFrequency);
    private long _pressedAt;
    private (bool IsDisk, int Level) _reported;
    private volatile DeviceHealth? _health;
    private volatile ReportedProblem? _problem;

    /// <summary>Raised when <see cref="Problem"/> changed.</summary>
    public event Action? Changed;

    /// <summary>As it was read last.</summary>
    public DeviceHealth? Health => _health;

    /// <summary>What is wrong and what is done about it; null when nothing is.</summary>
    public ReportedProblem? Problem => _problem;

    public Task RunOnceAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = reader.Read();
        var (units, first) = (cameras.Units, store.Current.Desired?.Policy.ShedFirst ?? []);
        var reasons = PressurePlanner.Reasons(now, _before, _limits, isShedding: _level > 0);
        _before = now;
        if (reasons.Count > 0)
        {
            _pressedAt = time.GetTimestamp();
        }

        var level = PressurePlanner.Next(_level, units.Count, reasons.Count > 0, time.GetElapsedTime(_changedAt), time.GetElapsedTime(_pressedAt));
        var dealt = PressurePlanner.Deal(level, [.. units.Select(u => u.Camera.Id)], first);
        foreach (var unit in units)
        {
            unit.ShedLevel = dealt.GetValueOrDefault(unit.Camera.Id);
        }

        _health = new DeviceHealth(now.TemperatureC, now.Throttled, now.MemoryFreeBytes, now.DiskFreeBytes, level);
        Tell(now, reasons, level, dealt);
        return Task.CompletedTask;
    }

    private void Tell(HealthReading now, IReadOnlyList<string> reasons, int level, IReadOnlyDictionary<CameraId, int> dealt)
    {
        if (level != _level)
        {
            (_level, _changedAt) = (level, time.GetTimestamp());
            var (shed, why) = (Shed(dealt), reasons.Count > 0 ? string.Join("; ", reasons) : "all is well again");
            Level(log, level, why, shed);
        }

        var disk = now.DiskFreeBytes < options.Value.DiskMarginBytes
            ? $"{now.DiskFreeBytes >> 20} MiB of disk are free, and {options.Value.DiskMarginBytes >> 20} MiB are the least: nothing more is kept. Make room where the agent keeps its data."
            : null;
        var heat = level > 0 ? $"The computer is under pressure: {(reasons.Count > 0 ? string.Join("; ", reasons) : "it recovers")}. {Shed(dealt)}" : null;
        // the figures of a reading would make every report a new one
        var problem = disk is null && heat is null ? null : new ReportedProblem(Problems.DevicePressure.Code, string.Join(" ", new[] { heat, disk }.OfType<string>()));
        if ((disk is not null, level) != _reported)
        {
            (_problem, _reported) = (problem, (disk is not null, level));
            Changed?.Invoke();
        }
    }

    private static string Shed(IReadOnlyDictionary<CameraId, int> dealt) => dealt.Values.All(l => l == 0)
        ? "Every camera has its full rate."
        : $"Rates are cut: {string.Join(", ", dealt.Where(d => d.Value > 0).Select(d => $"{d.Key} to 1/{1 << d.Value}"))}.";

    [LoggerMessage(1600, LogLevel.Warning, "Load is shed at level {Level}: {Why}. {Shed}")]
    private static partial void Level(ILogger log, int level, string why, string shed);
}

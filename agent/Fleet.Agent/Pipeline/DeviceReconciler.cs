using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Pipeline;

/// <summary>Makes the cameras that run those that are wanted, notes when a directive is applied, and removes files nobody needs.</summary>
internal sealed class DeviceReconciler(StateStore store, CameraUnits maker, BlobStore blobs, EngineCache engines) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private volatile IReadOnlyList<CameraUnit> _units = [];

    public IReadOnlyList<CameraUnit> Units => _units;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (store.Current.Desired is { } desired)
            {
                await ApplyAsync(desired, cancellationToken);
                Note(desired);
                foreach (var unit in _units)
                {
                    unit.Wake.Set();
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        await Task.WhenAll(_units.Select(u => u.DisposeAsync().AsTask()));
        _units = [];
        store.Change(s => s with { StoppedCleanly = true });
        _one.Release();
    }

    private async Task ApplyAsync(Desired desired, CancellationToken cancellationToken)
    {
        var gone = _units.Where(u => !desired.Cameras.Any(c => IsSame(c, u.Camera))).ToList();
        if (gone.Count > 0)
        {
            _units = [.. _units.Except(gone)];
            await Task.WhenAll(gone.Select(u => u.DisposeAsync().AsTask()));
            foreach (var unit in gone.Where(u => !desired.Cameras.Any(c => c.Id == u.Camera.Id)))
            {
                maker.Forget(unit.Camera.Id);
            }
        }

        foreach (var unit in _units)
        {
            unit.Apply(desired.Cameras.First(c => c.Id == unit.Camera.Id));
        }

        foreach (var camera in desired.Cameras.Where(c => !_units.Any(u => u.Camera.Id == c.Id)))
        {
            var unit = maker.Make(camera);
            unit.Apply(camera);
            _units = [.. _units, unit];
            await unit.StartAsync(cancellationToken);
        }
    }

    /// <summary>The version and what is watched may change while the camera runs; everything else opens it anew.</summary>
    private static bool IsSame(DesiredCamera wanted, DesiredCamera running) =>
        wanted with { Version = running.Version, Zones = running.Zones, Lines = running.Lines, Motion = running.Motion, Shadow = running.Shadow } == running;

    private void Note(Desired desired)
    {
        var state = store.Current;
        if (state.Cameras.Any(c => !desired.Cameras.Any(d => d.Id == c.Camera)) || state.Updates.Any(u => !desired.Cameras.Any(d => d.Id == u.Camera)))
        {
            state = store.Change(s => s with
            {
                Cameras = [.. s.Cameras.Where(c => desired.Cameras.Any(d => d.Id == c.Camera))],
                Updates = [.. s.Updates.Where(u => desired.Cameras.Any(d => d.Id == u.Camera))],
            });
        }

        if (state.Generation < desired.Generation && desired.Cameras.All(c => IsApplied(state, desired, c)))
        {
            store.Change(s => s with { Generation = desired.Generation, Races = [.. s.Races.Where(r => IsKept(s, r.Version))] });
            var needed = Needed(store.Current);
            blobs.Keep(needed);
            engines.Trim(needed, desired.Policy.EngineBytes);
        }
    }

    private static bool IsApplied(AgentState state, Desired desired, DesiredCamera camera)
    {
        var slots = state.SlotsOf(camera.Id);
        if (camera.Version is not { } id || desired.Versions.FirstOrDefault(v => v.Id == id) is not { } version)
        {
            return slots.ActiveVersion is null;
        }

        return Installed.Of(version).Is(slots.GoodVersion)
            || (state.UpdateOf(camera.Id, id) is { } update && update.Generation == desired.Generation && UpdateTable.HasEnded(update.State));
    }

    private static bool IsKept(AgentState state, VersionId version) =>
        state.Desired!.Versions.Any(v => v.Id == version) || state.Cameras.Any(c => c.A?.Version == version || c.B?.Version == version);

    private static HashSet<Digest> Needed(AgentState state) =>
    [
        .. state.Cameras.SelectMany(c => (Installed?[])[c.A, c.B]).OfType<Installed>().SelectMany(v => v.Files).Select(f => f.Digest),
        .. state.Desired!.Versions.SelectMany(v => v.Files).Select(f => f.Digest),
    ];
}

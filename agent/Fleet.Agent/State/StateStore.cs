namespace Fleet.Agent.State;

/// <summary>The one copy of the state in memory; every change is on disk before the method returns.</summary>
internal sealed partial class StateStore
{
    private readonly string _path;
    private readonly DiskRoom _room;
    private readonly Lock _gate = new();
    private AgentState _current;

    public StateStore(AgentPaths paths, ILogger<StateStore> log)
    {
        (_path, _room) = (paths.State, new DiskRoom(paths.Room));
        DurableFile.Sweep(paths.Data);
        _current = StateFile.Read(_path, out var damaged) ?? new AgentState();
        if (damaged)
        {
            Damaged(log, _path, _current.SeenGeneration);
        }
    }

    /// <summary>Raised after every change.</summary>
    public event Action? Changed;

    public AgentState Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    public AgentState Change(Func<AgentState, AgentState> change)
    {
        lock (_gate)
        {
            var next = change(_current);
            if (!ReferenceEquals(next, _current))
            {
                Write_NeedsLock(next);
                _current = next;
            }
        }

        Changed?.Invoke();
        return Current;
    }

    private void Write_NeedsLock(AgentState next)
    {
        try
        {
            StateFile.Write(_path, next);
            _room.Take();
        }
        catch (IOException e) when (DiskRoom.IsMissing(e))
        {
            _room.GiveUp();
            StateFile.Write(_path, next);
        }
    }

    [LoggerMessage(1100, LogLevel.Warning, "A state file of {Path} was damaged; going on from generation {Generation}.")]
    private static partial void Damaged(ILogger log, string path, long generation);
}

namespace Fleet.Agent.State;

/// <summary>Where everything lies below the data folder.</summary>
internal sealed record AgentPaths(string Data)
{
    public string Lock => Path.Combine(Data, "lock");

    public string State => Path.Combine(Data, "state.json");

    /// <summary>Disk kept free for the state.</summary>
    public string Room => Path.Combine(Data, "room");

    /// <summary>Where the daemon tells how it is.</summary>
    public string StatusSocket => Path.Combine(Data, "status.sock");

    public string Identity => Path.Combine(Data, "identity");

    public string ControlPlane => Path.Combine(Identity, "control-plane");

    public string Trust => Path.Combine(Data, "trust");

    public string Blobs => Path.Combine(Data, "blobs");

    public string Engines => Path.Combine(Data, "engines");

    public string Outbox => Path.Combine(Data, "outbox");

    /// <summary>Why which frames were kept, and what kept pictures looked like.</summary>
    public string Choices => Path.Combine(Data, "choices");

    /// <summary>The newest lines of the agent's own log.</summary>
    public string Logs => Path.Combine(Data, "log");

    public static AgentPaths Of(string data) => new(Path.GetFullPath(data));

    public void Make()
    {
        DurableFile.MakeFolder(Data, secret: true);
        foreach (var folder in (string[])[Blobs, Engines, Outbox, Choices, Logs])
        {
            DurableFile.MakeFolder(folder);
        }
    }
}

namespace Fleet.Agent.State;

/// <summary>Held while an agent runs: a data folder has one agent. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <exception cref="UsageException">Another agent holds the folder.</exception>
    public static DataLock Take(AgentPaths paths)
    {
        try
        {
            return new DataLock(new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new UsageException($"Another agent runs on the data folder {paths.Data}. Stop it first, or give this one its own folder with --data.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}

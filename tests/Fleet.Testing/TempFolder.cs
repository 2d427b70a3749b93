namespace Fleet.Testing;

/// <summary>A folder of its own, gone when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <summary>Makes the folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("fleet-test-").FullName;

    private TempFolder(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, "fleet-test-" + Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>A folder in memory where the system has one: what is flushed there costs nothing, and nothing is proved by it.</summary>
    public static TempFolder InMemory() => Directory.Exists(Memory) ? new TempFolder(Memory) : new TempFolder();

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A path inside it.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // the test removed it itself
        }
    }
}

namespace Fleet.ControlPlane.Platform;

/// <summary>The folder of everything that lasts, held by one process at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream theLock)
    {
        Path = path;
        _lock = theLock;
    }

    public string Path { get; }

    /// <exception cref="StartException">The folder cannot be written, or another process holds it.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {full} cannot be made: {e.Message} Give another one as --Fleet:Data=DIR.", e);
        }

        try
        {
            return new DataFolder(full, new FileStream(System.IO.Path.Combine(full, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartException($"The data folder {full} cannot be written by this user; change its owner or give another one as --Fleet:Data=DIR.", e);
        }
        catch (IOException e) when (e.HResult == 28)
        {
            throw new StartException($"There is no disk left where {full} is; free some and start again.", e);
        }
        catch (IOException e)
        {
            throw new StartException($"The data folder {full} is in use by another control plane; stop that one or give another folder as --Fleet:Data=DIR.", e);
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A folder below; made when missing.</summary>
    public string Folder(string name) =>
        Directory.CreateDirectory(File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    public void Dispose() => _lock.Dispose();
}

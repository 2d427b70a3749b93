namespace Fleet.Trust;

/// <summary>The keys a server holds: they can say what is current and who should run what, never what is released.</summary>
internal sealed record OnlineKeys(SigningKey Snapshot, SigningKey Timestamp, SigningKey Director) : IDisposable
{
    public static OnlineKeys LoadOrCreate(string folder)
    {
        DurableFile.MakeFolder(Folder(folder), secret: true);
        return Open(folder, SigningKey.LoadOrCreate);
    }

    public static OnlineKeys Load(string folder) => Open(folder, SigningKey.Load);

    public void Dispose()
    {
        Snapshot.Dispose();
        Timestamp.Dispose();
        Director.Dispose();
    }

    private static string Folder(string folder) => Path.Combine(folder, "keys");

    private static OnlineKeys Open(string folder, Func<string, SigningKey> open) => new(
        open(Path.Combine(Folder(folder), "snapshot.pem")),
        open(Path.Combine(Folder(folder), "timestamp.pem")),
        open(Path.Combine(Folder(folder), "director.pem")));
}

namespace Fleet.Trust;

/// <summary>The keys a server holds: they can say what is current and who should run what, never what is released.</summary>
/// <remarks>In <c>keys/</c>; those that are to take their place wait in <c>keys/next/</c> until a root names them.</remarks>
internal sealed record OnlineKeys(SigningKey Snapshot, SigningKey Timestamp, SigningKey Director) : IDisposable
{
    private const string Next = "next";
    private static readonly string[] Files = ["snapshot.pem", "timestamp.pem", "director.pem"];

    public OnlinePublicKeys Public => new(Snapshot.Public, Timestamp.Public, Director.Public);

    public static OnlineKeys LoadOrCreate(string folder)
    {
        DurableFile.MakeFolder(Folder(folder), secret: true);
        return Open(Folder(folder), SigningKey.LoadOrCreate);
    }

    public static OnlineKeys Load(string folder) => Open(Folder(folder), SigningKey.Load);

    /// <summary>The keys that are to take the place of the present ones; made where there are none.</summary>
    public static OnlineKeys LoadOrCreateNext(string folder)
    {
        var next = Path.Combine(Folder(folder), Next);
        DurableFile.MakeFolder(next, secret: true);
        return Open(next, SigningKey.LoadOrCreate);
    }

    /// <summary>The keys that wait; null where none were made, or they took their place.</summary>
    public static OnlineKeys? LoadNext(string folder) => Array.TrueForAll(Files, file => File.Exists(Path.Combine(Folder(folder), Next, file)))
        ? Open(Path.Combine(Folder(folder), Next), SigningKey.Load)
        : null;

    /// <summary>Lets keys that wait take the place of those that <paramref name="root"/> does not name any more; repeated after a power cut it goes on where it was.</summary>
    public static void Settle(string folder, RootMetadata root)
    {
        string?[] wanted = [root.Roles[TufRoles.Snapshot].Keys.Select(k => k.KeyId).FirstOrDefault(), root.Roles[TufRoles.Timestamp].Keys.Select(k => k.KeyId).FirstOrDefault(), root.Director?.KeyId];
        for (var i = 0; i < Files.Length; i++)
        {
            var next = Path.Combine(Folder(folder), Next, Files[i]);
            if (File.Exists(next) && IdOf(next) == wanted[i])
            {
                DurableFile.Move(next, Path.Combine(Folder(folder), Files[i]));
            }
        }
    }

    public void Dispose()
    {
        Snapshot.Dispose();
        Timestamp.Dispose();
        Director.Dispose();
    }

    private static string IdOf(string path)
    {
        using var key = SigningKey.Load(path);
        return key.Public.KeyId;
    }

    private static string Folder(string folder) => Path.Combine(folder, "keys");

    private static OnlineKeys Open(string folder, Func<string, SigningKey> open) => new(
        open(Path.Combine(folder, Files[0])), open(Path.Combine(folder, Files[1])), open(Path.Combine(folder, Files[2])));
}

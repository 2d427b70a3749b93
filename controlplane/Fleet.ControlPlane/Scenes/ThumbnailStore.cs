using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Small pictures of scenes, by the digests of their contact sheets. All of it can be made again; an empty file says that a sheet cannot be made small.</summary>
internal sealed class ThumbnailStore(DataFolder data)
{
    private readonly string _folder = data.Folder("thumbnails");
    private readonly ConcurrentDictionary<Digest, bool> _givenUp = [];

    /// <summary>Where its file is; one that is not <see cref="SceneThumbnail.Ready"/> has none.</summary>
    public string PathOf(Digest sheet) => Path.Combine(_folder, $"{sheet.Hex}.jpg");

    public SceneThumbnail StateOf(Digest sheet)
    {
        var file = new FileInfo(PathOf(sheet));
        return file.Exists ? file.Length > 0 ? SceneThumbnail.Ready : SceneThumbnail.None
            : _givenUp.ContainsKey(sheet) ? SceneThumbnail.None : SceneThumbnail.Making;
    }

    /// <summary>Whether nobody has made it, or found that nobody can.</summary>
    public bool IsMissing(Digest sheet) => !File.Exists(PathOf(sheet));

    /// <param name="sheet">Of which.</param>
    /// <param name="jpeg">The picture; empty where none can be made of these bytes.</param>
    /// <param name="cancellationToken">Ends it; nothing is kept.</param>
    public async Task KeepAsync(Digest sheet, byte[] jpeg, CancellationToken cancellationToken)
    {
        var temp = $"{PathOf(sheet)}.tmp";
        await File.WriteAllBytesAsync(temp, jpeg, cancellationToken);
        File.Move(temp, PathOf(sheet), overwrite: true);
        _givenUp.TryRemove(sheet, out _);
    }

    /// <summary>It could not be made now: until it is tried again, nobody is told to wait for it.</summary>
    public void GiveUp(Digest sheet) => _givenUp[sheet] = true;
}

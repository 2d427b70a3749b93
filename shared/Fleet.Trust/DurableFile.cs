using System.Runtime.InteropServices;

namespace Fleet.Trust;

/// <summary>
/// Writes a file so that after a power cut either the old or the new content is there, whole, and never a mixture:
/// a temporary file beside it is written and flushed to disk, renamed over it, and the folder is flushed, so that the rename lasts too.
/// </summary>
/// <remarks>
/// When a method returns, the change is on disk. A cut in between may leave <c>.NAME.RANDOM.tmp</c> behind, which nobody reads;
/// <see cref="Sweep"/> removes such leftovers. Writers of the same file do not disturb each other: the last rename wins.
/// On Windows the folder is not flushed, because it cannot be opened.
/// </remarks>
public static partial class DurableFile
{
    /// <summary>Mode of a file that only its owner reads and writes: keys and secrets.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of a file that everyone may read and its owner writes.</summary>
    public const UnixFileMode Readable = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Writes <paramref name="bytes"/> to <paramref name="path"/>; its folder must exist.</summary>
    /// <param name="path">Made, or replaced.</param>
    /// <param name="bytes">The whole content.</param>
    /// <param name="mode">Mode of the file from its first byte on; ignored on Windows.</param>
    /// <exception cref="IOException">It could not be written or flushed (disk full, folder missing); <paramref name="path"/> is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = Readable)
    {
        var (full, temporary) = Names(path);
        try
        {
            using (var stream = Open(temporary, mode))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(full)!);
    }

    /// <summary>As <see cref="Write"/>, copying from <paramref name="source"/> until its end; for content that does not fit memory.</summary>
    /// <exception cref="IOException">It could not be written or flushed; <paramref name="path"/> is as it was.</exception>
    public static async Task WriteAsync(string path, Stream source, UnixFileMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (full, temporary) = Names(path);
        try
        {
            await using (var stream = Open(temporary, mode))
            {
                await source.CopyToAsync(stream, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(full)!);
    }

    /// <summary>Moves an already flushed file to its final name in the same file system and flushes the target's folder.</summary>
    /// <exception cref="IOException">It could not be moved or the folder not flushed.</exception>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Deletes <paramref name="path"/> where it exists and flushes its folder, so that it stays deleted.</summary>
    /// <exception cref="IOException">It could not be deleted or the folder not flushed.</exception>
    public static void Delete(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>Makes <paramref name="folder"/> and its parents where missing, and flushes the parent of each that was made.</summary>
    /// <param name="folder">May exist.</param>
    /// <param name="secret">True: only the owner may enter a folder made here.</param>
    public static void MakeFolder(string folder, bool secret = false)
    {
        var full = Path.GetFullPath(folder);
        if (Directory.Exists(full))
        {
            return;
        }

        var parent = Path.GetDirectoryName(full)!;
        MakeFolder(parent, secret);
        if (secret && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full, Secret | UnixFileMode.UserExecute);
        }
        else
        {
            Directory.CreateDirectory(full);
        }

        FlushFolder(parent);
    }

    /// <summary>Removes temporary files that a power cut left in <paramref name="folder"/>; call it before anything writes there.</summary>
    public static void Sweep(string folder)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, ".*.tmp"))
        {
            File.Delete(leftover);
        }
    }

    /// <summary>Flushes the entries of <paramref name="folder"/> to disk: makes renames and deletions in it last.</summary>
    /// <exception cref="IOException">The folder could not be opened or flushed.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenFolder(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw Failure("opened", folder);
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw Failure("flushed to disk", folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static (string Full, string Temporary) Names(string path)
    {
        var full = Path.GetFullPath(path);
        return (full, Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"));
    }

    private static FileStream Open(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    private static IOException Failure(string what, string folder) =>
        new($"The folder {folder} could not be {what}: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

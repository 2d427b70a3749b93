namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>Something a program did to files, as the kernel was asked for it.</summary>
internal abstract record DiskOp(string Path)
{
    internal sealed record Create(string Path) : DiskOp(Path);

    internal sealed record Write(string Path, long Offset, byte[] Bytes) : DiskOp(Path);

    internal sealed record Truncate(string Path, long Length) : DiskOp(Path);

    internal sealed record Rename(string Path, string To) : DiskOp(Path);

    internal sealed record Unlink(string Path) : DiskOp(Path);

    /// <summary>Of a file or a folder.</summary>
    internal sealed record Flush(string Path) : DiskOp(Path);
}

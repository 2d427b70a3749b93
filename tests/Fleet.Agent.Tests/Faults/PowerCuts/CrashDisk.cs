namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>How much of what was not flushed a power cut left.</summary>
internal enum Remains
{
    Nothing,
    Everything,

    /// <summary>Any part of it, in any order: writes dropped and torn at sectors, names changed or not.</summary>
    Anything,
}

/// <summary>
/// A disk that knows what was flushed. What was, is there after a power cut; of all other writes and names any part may be: POSIX promises no order between them.
/// A rename is whole or not at all.
/// </summary>
internal sealed class CrashDisk
{
    private const int SectorBytes = 512;
    private readonly Dictionary<string, Content> _now = [];
    private readonly Dictionary<string, Names> _folders = [];

    /// <summary>A disk that holds the files below <paramref name="folder"/>, all flushed.</summary>
    public CrashDisk(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var content = new Content { Flushed = File.ReadAllBytes(path) };
            _now[path] = content;
            FolderOf(path).Flushed[path] = content;
        }
    }

    /// <summary>What a program reads at <paramref name="path"/> now; null where nothing is.</summary>
    public byte[]? Read(string path) => _now.TryGetValue(path, out var content) ? content.Apply((_, _) => true) : null;

    public IEnumerable<string> Files(string folder) => _now.Keys.Where(p => Path.GetDirectoryName(p) == folder);

    public void Do(DiskOp op)
    {
        switch (op)
        {
            case DiskOp.Create when !_now.ContainsKey(op.Path):
                var made = new Content();
                _now[op.Path] = made;
                FolderOf(op.Path).Pending.Add(names => names[op.Path] = made);
                break;
            case DiskOp.Write { Offset: var offset, Bytes: var bytes } when _now.TryGetValue(op.Path, out var written):
                written.Pending.Add((offset < 0 ? written.Length : offset, bytes));
                break;
            case DiskOp.Truncate { Length: var length } when _now.TryGetValue(op.Path, out var cut):
                cut.Pending.Add((length, null));
                break;
            case DiskOp.Rename { To: var to } when _now.Remove(op.Path, out var moved):
                _now[to] = moved;
                FolderOf(to).Pending.Add(names =>
                {
                    names.Remove(op.Path);
                    names[to] = moved;
                });
                break;
            case DiskOp.Unlink when _now.Remove(op.Path):
                FolderOf(op.Path).Pending.Add(names => names.Remove(op.Path));
                break;
            case DiskOp.Flush when _now.TryGetValue(op.Path, out var flushed):
                flushed.Flush();
                break;
            case DiskOp.Flush when _folders.TryGetValue(op.Path, out var folder):
                folder.Flush();
                break;
        }
    }

    /// <summary>What a power cut now could leave, by path.</summary>
    public Dictionary<string, byte[]> Cut(Remains remains, Random random)
    {
        bool Stays() => remains == Remains.Everything || (remains == Remains.Anything && random.Next(2) == 0);
        var kept = new Dictionary<Content, byte[]>();
        var left = new Dictionary<string, byte[]>();
        foreach (var folder in _folders.Values)
        {
            var names = new Dictionary<string, Content>(folder.Flushed);
            foreach (var change in folder.Pending.Where(_ => Stays()))
            {
                change(names);
            }

            foreach (var (path, content) in names)
            {
                left[path] = kept.TryGetValue(content, out var bytes) ? bytes : kept[content] = content.Apply((_, _) => Stays());
            }
        }

        return left;
    }

    private Names FolderOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return _folders.TryGetValue(folder, out var names) ? names : _folders[folder] = new Names();
    }

    private sealed class Names
    {
        public Dictionary<string, Content> Flushed { get; } = [];

        public List<Action<Dictionary<string, Content>>> Pending { get; } = [];

        public void Flush()
        {
            Pending.ForEach(change => change(Flushed));
            Pending.Clear();
        }
    }

    private sealed class Content
    {
        public byte[] Flushed { get; set; } = [];

        /// <summary>Bytes at an offset, or null for a new length.</summary>
        public List<(long At, byte[]? Bytes)> Pending { get; } = [];

        public long Length => Pending.Aggregate((long)Flushed.Length, (length, p) => p.Bytes is null ? p.At : Math.Max(length, p.At + p.Bytes.Length));

        public void Flush()
        {
            Flushed = Apply((_, _) => true);
            Pending.Clear();
        }

        /// <param name="stays">Asked for each sector of each write, and for each new length.</param>
        public byte[] Apply(Func<int, int, bool> stays)
        {
            var bytes = Flushed;
            for (var i = 0; i < Pending.Count; i++)
            {
                var (at, written) = Pending[i];
                if (written is null)
                {
                    bytes = stays(i, 0) ? Resized(bytes, at) : bytes;
                    continue;
                }

                for (var from = 0; from < written.Length; from += SectorBytes)
                {
                    if (stays(i, from))
                    {
                        var piece = written.AsSpan(from, Math.Min(SectorBytes, written.Length - from));
                        bytes = at + from + piece.Length > bytes.Length || ReferenceEquals(bytes, Flushed) ? Resized(bytes, Math.Max(bytes.Length, at + from + piece.Length)) : bytes;
                        piece.CopyTo(bytes.AsSpan((int)(at + from)));
                    }
                }
            }

            return bytes;
        }

        private static byte[] Resized(byte[] bytes, long length)
        {
            var resized = new byte[length];
            bytes.AsSpan(0, (int)Math.Min(bytes.Length, length)).CopyTo(resized);
            return resized;
        }
    }
}

using System.Globalization;
using System.Text;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Logs;

/// <summary>The newest lines of the agent's log on disk, so that they can be asked for also after a crash. Two files, the older one gives way. Secrets are taken out before a line is written.</summary>
internal sealed class LogStore(AgentPaths paths, TimeProvider time, long fileBytes = LogStore.FileBytes) : IDisposable
{
    private const long FileBytes = 1L << 20;
    private const int LineBytes = 4 << 10;
    private const string Stamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private static readonly UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lock _gate = new();
    private FileStream? _file;
    private long _lost;

    private string Newer => Path.Combine(paths.Logs, "agent.log");

    private string Older => Path.Combine(paths.Logs, "agent.log.1");

    /// <summary>Appends a line. A disk that takes none loses it, counted in the next that is written.</summary>
    public void Write(LogLevel level, string category, string text)
    {
        var line = LogSecrets.Hide(text);
        line = line.Length > LineBytes ? string.Concat(line.AsSpan(0, LineBytes), " …") : line;
        lock (_gate)
        {
            try
            {
                var lost = _lost > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({_lost} lines before this one were lost)") : "";
                Append_NeedsLock(Encoding.UTF8.GetBytes($"{time.GetUtcNow().UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)} {level} {category}: {line.ReplaceLineEndings("\n  ")}{lost}\n"));
                _lost = 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _lost++;
            }
        }
    }

    /// <summary>The lines between two times, the newest where all are more than <paramref name="maxBytes"/>.</summary>
    public byte[] Read(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<DesiredCamera> cameras, int maxBytes)
    {
        var lines = Within(AllLines(), Text(from), Text(until)).Select(l => cameras.Aggregate(l, (line, camera) => CameraAddress.Clean(line, camera.Source))).ToList();
        var (first, bytes) = (lines.Count, 0L);
        const int Notice = 100;
        while (first > 0 && bytes + Encoding.UTF8.GetByteCount(lines[first - 1]) + 1 <= maxBytes - Notice)
        {
            first--;
            bytes += Encoding.UTF8.GetByteCount(lines[first]) + 1;
        }

        var text = new StringBuilder();
        if (first > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"({first} lines before these are left out; ask for a shorter time span)\n");
        }

        lines.Skip(first).ToList().ForEach(l => text.Append(l).Append('\n'));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public void Dispose() => _file?.Dispose();

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);

    /// <summary>Lines without a time belong to the one before them.</summary>
    private static IEnumerable<string> Within(IEnumerable<string> lines, string from, string until)
    {
        var isWithin = false;
        foreach (var line in lines)
        {
            if (line.Length > from.Length && line[4] == '-' && line[from.Length - 1] == 'Z')
            {
                isWithin = string.CompareOrdinal(line, 0, from, 0, from.Length) >= 0 && string.CompareOrdinal(line, 0, until, 0, until.Length) <= 0;
            }

            if (isWithin)
            {
                yield return line;
            }
        }
    }

    private List<string> AllLines()
    {
        lock (_gate)
        {
            return [.. new[] { Older, Newer }.Where(File.Exists).SelectMany(ReadShared)];
        }
    }

    private static List<string> ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private void Append_NeedsLock(byte[] line)
    {
        _file ??= Open();
        if (_file.Length + line.Length > fileBytes)
        {
            _file.Dispose();
            _file = null;
            File.Move(Newer, Older, overwrite: true);
            _file = Open();
        }

        _file.Write(line);
        _file.Flush();
    }

    private FileStream Open() => new(Newer, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, UnixCreateMode = Own });
}

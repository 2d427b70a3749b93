using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>What strace wrote of a program: its writes, flushes and renames below a folder, in the order in which they ended.</summary>
internal static partial class Trace
{
    private const string Calls = "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,unlink,unlinkat";

    /// <summary>Starts a program under strace, which writes to <paramref name="file"/> until the program ends.</summary>
    public static Process Start(string file, string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        "strace", ["-f", "-qq", "--seccomp-bpf", "-y", "-xx", "-s", "2000000", "-e", $"trace={Calls}", "-e", "signal=none", "-o", file, program, .. arguments]))!;

    public static List<DiskOp> Read(string file, string folder)
    {
        var below = folder + "/";
        var (begun, ops) = (new Dictionary<string, string>(), new List<DiskOp>());
        foreach (var line in File.ReadLines(file))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (process, said) = (line[..space], line[space..].TrimStart());
            if (said.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                begun[process] = said[..^"<unfinished ...>".Length];
                continue;
            }

            if (Resumed().Match(said) is { Success: true } resumed && begun.Remove(process, out var start))
            {
                said = start + said[resumed.Length..];
            }

            if (Call().Match(said) is { Success: true } call)
            {
                ops.AddRange(Read(call.Groups["name"].Value, call.Groups["args"].Value, long.Parse(call.Groups["result"].Value, CultureInfo.InvariantCulture)).Where(o => o.Path.StartsWith(below, StringComparison.Ordinal) || o.Path == folder));
            }
        }

        return ops;
    }

    private static IEnumerable<DiskOp> Read(string name, string arguments, long result)
    {
        var texts = Text().Matches(arguments).Select(m => m.Groups[1].Value).ToList();
        var descriptor = Descriptor().Match(arguments) is { Success: true } found ? Plain(found.Groups[1].Value) : "";
        var numbers = arguments[(arguments.LastIndexOf('"') + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        switch (name)
        {
            case "openat" when arguments.Contains("O_CREAT", StringComparison.Ordinal):
                yield return new DiskOp.Create(Plain(texts[0]));
                if (arguments.Contains("O_TRUNC", StringComparison.Ordinal))
                {
                    yield return new DiskOp.Truncate(Plain(texts[0]), 0);
                }

                break;
            case "pwrite64":
                yield return new DiskOp.Write(descriptor, long.Parse(numbers[^1], CultureInfo.InvariantCulture), Bytes(texts[0])[..(int)result]);
                break;
            case "write" when descriptor.StartsWith('/') && !descriptor.StartsWith("/dev/", StringComparison.Ordinal):
                yield return new DiskOp.Write(descriptor, Offset: -1, Bytes(texts[0])[..(int)result]);
                break;
            case "ftruncate":
                yield return new DiskOp.Truncate(descriptor, long.Parse(numbers[^1], CultureInfo.InvariantCulture));
                break;
            case "fsync" or "fdatasync":
                yield return new DiskOp.Flush(descriptor);
                break;
            case "rename" or "renameat" or "renameat2":
                yield return new DiskOp.Rename(Plain(texts[0]), Plain(texts[1]));
                break;
            case "unlink" or "unlinkat":
                yield return new DiskOp.Unlink(Plain(texts[0]));
                break;
            case "link":
                throw new NotSupportedException("the agent makes a hard link, which a crash is not replayed with");
        }
    }

    private static string Plain(string text) => Encoding.UTF8.GetString(Bytes(text));

    private static byte[] Bytes(string text) => text.StartsWith("\\x", StringComparison.Ordinal)
        ? Convert.FromHexString(text.Replace("\\x", "", StringComparison.Ordinal))
        : Encoding.UTF8.GetBytes(text);

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>,? ?")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(?<name>\w+)\((?<args>.*)\)\s+= (?<result>\d+)(<|$|\s)", RegexOptions.Singleline)]
    private static partial Regex Call();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Text();

    [GeneratedRegex("^\\d+<([^>]*)>")]
    private static partial Regex Descriptor();
}

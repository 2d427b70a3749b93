using Fleet.Bench.Twin;

namespace Fleet.Bench.Ota;

/// <summary>What others make of the same two files: zstd, zstd with the first as dictionary, bsdiff; Debian's programs.</summary>
internal sealed class Peers(string folder)
{
    private const string Zstd = "/usr/bin/zstd";
    private const string Bsdiff = "/usr/bin/bsdiff";
    private const string ZstdLevel = "-19";

    public static string Note => $"peers: Debian's zstd {ZstdLevel}, zstd {ZstdLevel} --patch-from, bsdiff; {string.Join(", ", new[] { Zstd, Bsdiff }.Where(p => !File.Exists(p)).Select(p => $"{Path.GetFileName(p)} is missing (apt-get install {Path.GetFileName(p)})").DefaultIfEmpty("all installed"))}";

    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var missing = new[] { Zstd, Bsdiff }.Where(p => !File.Exists(p)).Select(p => Path.GetFileName(p)!).ToList();
        if (missing.Count > 0 && Environment.IsPrivilegedProcess)
        {
            Benches.Say($"Installing Debian's {string.Join(" and ", missing)}, the peers ...");
            await BlenderPeer.RunAsync("apt-get", ["update", "-q"], cancellationToken);
            await BlenderPeer.RunAsync("apt-get", ["install", "-y", "-q", "--no-install-recommends", .. missing], cancellationToken);
        }
    }

    public Task<long?> WholeAsync(Pair pair, CancellationToken cancellationToken) => RunAsync(Zstd, [ZstdLevel, "-q", "-f", pair.To, "-o"], cancellationToken);

    public Task<long?> PatchAsync(Pair pair, CancellationToken cancellationToken) => RunAsync(Zstd, [ZstdLevel, "-q", "-f", $"--patch-from={pair.From}", pair.To, "-o"], cancellationToken);

    public Task<long?> DiffAsync(Pair pair, CancellationToken cancellationToken) => RunAsync(Bsdiff, [pair.From, pair.To], cancellationToken);

    /// <returns>Bytes of what it wrote; null where it is missing.</returns>
    private async Task<long?> RunAsync(string program, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (!File.Exists(program))
        {
            return null;
        }

        var into = Path.Combine(folder, "peer");
        var (code, said) = await BlenderPeer.RunAsync(program, [.. words, into], cancellationToken);
        return code == 0 ? new FileInfo(into).Length : throw new BenchFailedException($"{Path.GetFileName(program)} failed: {said.Trim()}");
    }
}

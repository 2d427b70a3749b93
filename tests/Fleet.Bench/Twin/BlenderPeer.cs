using System.Diagnostics;
using System.Globalization;

namespace Fleet.Bench.Twin;

/// <summary>The peer that people make synthetic frames with: Debian's Blender, Cycles on the processor, on the same world as the twin exports it.</summary>
internal sealed class BlenderPeer
{
    /// <summary>Few enough to be grainy: in its favour.</summary>
    public const int Samples = 16;

    private const string Program = "/usr/bin/blender";

    private readonly string _version;

    private BlenderPeer(string version) => _version = version;

    public string Note => $"peer: {_version} (Debian), Cycles on the processor, {Samples} samples, no denoising, colour and object ids of the same exported world; loading it is not counted";

    /// <returns>The peer, or why there is none.</returns>
    public static async Task<(BlenderPeer? Peer, string Note)> FindAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Program) && Environment.IsPrivilegedProcess)
        {
            Benches.Say("Installing Debian's blender, the peer (half a gigabyte) ...");
            await RunAsync("apt-get", ["update", "-q"], cancellationToken);
            await RunAsync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "blender"], cancellationToken);
        }

        if (!File.Exists(Program))
        {
            return (null, "peer missing: blender is not installed (apt-get install blender)");
        }

        var (code, output) = await RunAsync(Program, ["--version"], cancellationToken);
        return code == 0 ? (new BlenderPeer(output.Split('\n')[0].Trim()), "") : (null, $"peer missing: blender does not start ({output.Split('\n')[0].Trim()})");
    }

    /// <returns>Labelled frames a second of one core.</returns>
    public static async Task<double> TakeAsync(string world, int frames, CancellationToken cancellationToken)
    {
        const string Mark = "processor-seconds ";
        var script = Path.Combine(AppContext.BaseDirectory, "Twin", "blender-peer.py");
        string[] words = ["-b", "--factory-startup", "-P", script, "--", world, Samples.ToString(CultureInfo.InvariantCulture), frames.ToString(CultureInfo.InvariantCulture)];
        var (_, output) = await RunAsync(Program, words, cancellationToken);
        return output.Split('\n').FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal)) is { } line
            ? 1 / double.Parse(line[Mark.Length..], CultureInfo.InvariantCulture)
            : throw new BenchFailedException($"Blender did not render {world}: {string.Join(' ', output.Split('\n').TakeLast(6)).Trim()}");
    }

    internal static async Task<(int Code, string Output)> RunAsync(string program, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

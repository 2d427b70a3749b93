using System.Diagnostics;
using System.Globalization;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Bench.Vision;

/// <summary>The peer from npm: <c>onnxruntime-node</c> in a process of its own, one thread, tensor already in memory. It is installed below <c>.fleet/</c>.</summary>
internal sealed class NodePeer : IDisposable
{
    private const string Package = "onnxruntime-node@1.30.0";
    private static readonly string Folder = Path.Combine(Repository.Root, ".fleet", "node");
    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    /// <returns>The peer, or why there is none.</returns>
    public static async Task<(NodePeer? Peer, string Note)> StartAsync(string model, InputSpec input, CancellationToken cancellationToken)
    {
        if (input.Element is not (InputRules.UInt8 or InputRules.Float32) || input.Layout != Layouts.Nchw)
        {
            return (null, $"onnxruntime-node is left out: the bench feeds it uint8 or float32 pictures, this network wants {input.Element} as {input.Layout}.");
        }

        if (await InstallAsync(cancellationToken) is { } missing)
        {
            return (null, missing);
        }

        string[] shape = [.. new[] { 1, InputRules.PlanesOf(input.Color), input.HeightPx, input.WidthPx }.Select(d => d.ToString(CultureInfo.InvariantCulture))];
        var process = Run("node", [Path.Combine(AppContext.BaseDirectory, "Vision", "node-peer.cjs"), model, input.Name, input.Element, .. shape]);
        var peer = new NodePeer(process);
        var first = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (first == "ready")
        {
            return (peer, $"peer: {Package} from npm, tensor already in memory, 1 thread");
        }

        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        peer.Dispose();
        return (null, $"{Package} does not run the model: {errors.Split('\n')[0]}");
    }

    public async Task<VisionSlice> TakeAsync(TimeSpan duration)
    {
        await _process.StandardInput.WriteLineAsync(((int)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync();
        var said = await _process.StandardOutput.ReadLineAsync() ?? throw new BenchFailedException($"{Package} went away: {await _process.StandardError.ReadToEndAsync()}");
        return new VisionSlice(double.Parse(said, CultureInfo.InvariantCulture), 0, 0);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task<string?> InstallAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "onnxruntime-node")))
        {
            return null;
        }

        Directory.CreateDirectory(Folder);
        try
        {
            Benches.Say($"Installing {Package} into .fleet/node ...");
            // its install script would fetch CUDA libraries
            using var npm = Run("npm", ["install", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts", Package]);
            var (output, errors) = (npm.StandardOutput.ReadToEndAsync(cancellationToken), npm.StandardError.ReadToEndAsync(cancellationToken));
            await npm.WaitForExitAsync(cancellationToken);
            await output;
            return npm.ExitCode == 0 ? null : $"no onnxruntime-node: npm could not install it ({(await errors).Split('\n')[0]}).";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "no onnxruntime-node: node and npm are not installed (on Debian: apt-get install nodejs npm).";
        }
    }

    private static Process Run(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}

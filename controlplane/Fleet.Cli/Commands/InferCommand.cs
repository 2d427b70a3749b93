using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Fetches a version where one is named, and hands the rest to the agent's program: what runs offline is what runs on a device.</summary>
internal static class InferCommand
{
    private const string Model = "--model";

    public static Command Create() => Create("infer", "Run a model over a camera or file, offline.", "--model FILE|NAME@VERSION --camera URI --out FILE [--draw DIR] [--frames N] [--threshold T] [--head H]");

    public static Command CreateChoose() => Create("choose", "Which frames of a recording a device would keep, and why.", "--model FILE|NAME@VERSION --camera URI --keep N --out FILE [--policy FILE] [--memory FILE] [--seed S]");

    private static Command Create(string name, string description, string options)
    {
        var arguments = new Argument<string[]>("options") { Description = $"{options} ...; without any, all of them are listed.", Arity = ArgumentArity.ZeroOrMore };
        var variant = new Option<string?>("--variant") { Description = "Variant of NAME@VERSION; else its first." };
        var command = new Command(name, description) { arguments, variant };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, cancellationToken) =>
        {
            string[] asked = [.. result.GetValue(arguments) ?? [], .. result.UnmatchedTokens];
            return await RunAsync(name, await ResolveAsync(asked, result.GetValue(variant), cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> ResolveAsync(string[] asked, string? variant, CancellationToken cancellationToken)
    {
        var at = Array.IndexOf(asked, Model) + 1;
        if (at == 0 || at == asked.Length || File.Exists(asked[at]) || !VersionId.TryParse(asked[at], provider: null, out var version))
        {
            return asked;
        }

        using var client = SignedIn.Client();
        var card = (await client.Versions.GetAsync(version, cancellationToken)).Card;
        var file = card.Variants.FirstOrDefault(v => variant is null || v.Name == variant)
            ?? throw new ProblemException(Problems.VersionUnknown, $"{version} has no variant '{variant}': it has {string.Join(", ", card.Variants.Select(v => v.Name))}.");
        var folder = Cache();
        asked[at] = await DownloadAsync(client, file, folder, cancellationToken);
        var cardFile = Path.Combine(folder, $"{version}.card.json");
        await File.WriteAllBytesAsync(cardFile, JsonSerializer.SerializeToUtf8Bytes(card, FleetJson.Strict.ModelCard), cancellationToken);
        return [.. asked, "--card", cardFile];
    }

    private static async Task<string> DownloadAsync(FleetClient client, VariantFile file, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{file.Digest.Hex}.onnx");
        if (!File.Exists(path) || !await IsAsync(path, file.Digest, cancellationToken))
        {
            await client.Blobs.DownloadFileAsync(file.Digest, path, progress: null, cancellationToken);
        }

        return path;
    }

    private static async Task<bool> IsAsync(string path, Digest digest, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await Digest.OfAsync(file, cancellationToken) == digest;
    }

    private static string Cache() => Directory.CreateDirectory(Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "fleet",
        "models")).FullName;

    // Ctrl-C reaches the agent by itself: it writes what it has, and we wait for that
    private static async Task<int> RunAsync(string name, IReadOnlyList<string> asked, CancellationToken cancellationToken)
    {
        var programs = Programs.Find();
        IEnumerable<string> twin = asked.Any(a => a.StartsWith("twin:", StringComparison.Ordinal)) ? ["--twin", programs.Twin] : [];
        using var agent = Process.Start(new ProcessStartInfo(programs.Agent, [name, .. asked, .. twin]))!;
        await agent.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return agent.ExitCode;
    }
}

using System.CommandLine;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.TufConformance;

/// <summary>The device's TUF client behind the command line that the public conformance suite speaks.</summary>
/// <remarks><c>--metadata-dir DIR [--metadata-url URL] [--target-name N… --target-base-url URL --target-dir DIR] init ROOT | refresh | download</c></remarks>
public static class ClientUnderTest
{
    private static readonly Option<DirectoryInfo> MetadataDir = new("--metadata-dir") { Required = true, Description = "Where trusted metadata lies." };
    private static readonly Option<Uri?> MetadataUrl = new("--metadata-url") { CustomParser = Folder, Description = "Address of the repository's metadata." };
    private static readonly Option<string[]?> TargetName = new("--target-name") { Arity = ArgumentArity.OneOrMore, Description = "Path of a target; may be repeated." };
    private static readonly Option<Uri?> TargetBaseUrl = new("--target-base-url") { CustomParser = Folder, Description = "Address of the repository's targets." };
    private static readonly Option<DirectoryInfo?> TargetDir = new("--target-dir") { Description = "Where verified targets go." };
    private static readonly Argument<FileInfo> Root = new("root") { Description = "The first trusted root." };

    /// <summary>Runs one command.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="error">Gets one line on what was refused.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 where all of it succeeded, else 1.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter error, CancellationToken cancellationToken)
    {
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Error = error };
        try
        {
            return await CommandLine().Parse(args).InvokeAsync(settings, cancellationToken);
        }
        catch (Exception e) when (e is ProblemException or HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await error.WriteLineAsync(e is ProblemException problem ? $"{problem.Kind.Code}: {problem.Message}" : e.Message);
            return 1;
        }
    }

    private static RootCommand CommandLine()
    {
        var init = new Command("init", "Trusts a root without asking anybody.") { Root };
        init.SetAction(async (parsed, cancellationToken) =>
            TufClient.Trust(parsed.GetRequiredValue(MetadataDir).FullName, await File.ReadAllBytesAsync(parsed.GetRequiredValue(Root).FullName, cancellationToken)));
        var refresh = new Command("refresh", "Brings the metadata up to date.");
        refresh.SetAction(RefreshAsync);
        var download = new Command("download", "Fetches targets and verifies them.");
        download.SetAction(DownloadAsync);
        return new RootCommand("A TUF client to be tested.") { MetadataDir, MetadataUrl, TargetName, TargetBaseUrl, TargetDir, init, refresh, download };
    }

    private static async Task RefreshAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var repository = new HttpRepository(Needed(parsed, MetadataUrl), targets: null);
        await Client(parsed, repository).RefreshAsync(cancellationToken);
    }

    private static async Task DownloadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var repository = new HttpRepository(Needed(parsed, MetadataUrl), Needed(parsed, TargetBaseUrl));
        var (client, folder) = (Client(parsed, repository), new TargetFolder(Needed(parsed, TargetDir).FullName));
        await client.RefreshAsync(cancellationToken);
        foreach (var name in Needed(parsed, TargetName))
        {
            var target = await client.FindAsync(name, cancellationToken)
                ?? throw new ProblemException(Problems.TrustMismatch, $"No role that may sign for {name} does; wanted a target of the repository.");
            await folder.KeepAsync(target, repository, cancellationToken);
        }
    }

    private static TufClient Client(ParseResult parsed, HttpRepository repository) =>
        new(parsed.GetRequiredValue(MetadataDir).FullName, repository.MetadataAsync, TimeProvider.System);

    private static T Needed<T>(ParseResult parsed, Option<T?> option) where T : class => parsed.GetValue(option)
        ?? throw new ProblemException(Problems.RequestInvalid, $"{option.Name} is missing, which this command needs.");

    /// <summary>An address below which files lie, whether it was written with a slash at its end or not.</summary>
    private static Uri? Folder(System.CommandLine.Parsing.ArgumentResult given)
    {
        var text = given.Tokens.Count == 1 ? given.Tokens[0].Value : "";
        if (Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        given.AddError($"'{text}' is no address; wanted one such as http://localhost:8080/metadata.");
        return null;
    }
}

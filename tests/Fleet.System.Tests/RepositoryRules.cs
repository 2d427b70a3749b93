using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>The borders that ARCHITECTURE.md draws, held by reading the files.</summary>
public sealed partial class RepositoryRules
{
    private static readonly string[] Shared = ["Fleet.Contracts", "Fleet.Trust", "Fleet.Onnx", "Fleet.Vision", "Fleet.Inference", "Fleet.Client"];

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Fleet.Contracts"] = [],
        ["Fleet.Trust"] = ["Fleet.Contracts"],
        ["Fleet.Onnx"] = ["Fleet.Contracts"],
        ["Fleet.Vision"] = ["Fleet.Contracts"],
        ["Fleet.Inference"] = ["Fleet.Contracts", "Fleet.Vision", "Fleet.Onnx"],
        ["Fleet.Client"] = ["Fleet.Contracts"],
        ["Fleet.Agent"] = [.. Shared.Except(["Fleet.Client"])],
        ["Fleet.ControlPlane"] = [.. Shared, "Fleet.Console"],
        ["Fleet.Console"] = ["Fleet.Contracts", "Fleet.Client"],
        ["Fleet.Cli"] = ["Fleet.Contracts", "Fleet.Client", "Fleet.Trust"],
        ["Fleet.Twin"] = ["Fleet.Contracts", "Fleet.Vision"],
        ["Fleet.Training"] = [.. Shared, "Fleet.Twin"],
    };

    private static IEnumerable<string> Projects => Directory
        .EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
        .Where(p => !p.Contains("/bin/", StringComparison.Ordinal) && !p.Contains("/obj/", StringComparison.Ordinal));

    private static IEnumerable<string> Production => Projects.Where(p => !p.StartsWith(Path.Combine(Repository.Root, "tests"), StringComparison.Ordinal));

    private static IEnumerable<string> Sources => new[] { "agent", "controlplane", "shared", "synthetic-data", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(p => !p.Contains("/obj/", StringComparison.Ordinal) && !p.Contains("/bin/", StringComparison.Ordinal) && !p.Contains("/Migrations/", StringComparison.Ordinal));

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var breaches = Production.SelectMany(project =>
        {
            var name = Path.GetFileNameWithoutExtension(project);
            return References(project)
                .Where(r => !MayReference.TryGetValue(name, out var allowed) || !allowed.Contains(r))
                .Select(r => $"{name} -> {r}");
        });

        Assert.Empty(breaches);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Fleet.sln"));

        Assert.Empty(Projects.Select(Path.GetFileName).Where(p => !solution.Contains($"\\{p}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Contracts_use_no_package_and_torch_lives_in_training_alone()
    {
        var packages = Production.ToDictionary(p => Path.GetFileNameWithoutExtension(p), Packages);

        Assert.Empty(packages["Fleet.Contracts"]);
        Assert.Equal(["Fleet.Training"], packages.Where(p => p.Value.Any(x => x.StartsWith("TorchSharp", StringComparison.Ordinal))).Select(p => p.Key));
        Assert.All(["Fleet.Trust", "Fleet.Onnx", "Fleet.Vision", "Fleet.Client"], p => Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", packages[p]));
    }

    [Fact]
    public void Every_dependency_has_its_reason()
    {
        var reasons = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var used = Projects.SelectMany(Packages).Distinct();

        Assert.Empty(used.Where(p => !reasons.Contains($"`{p}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Files_stay_small_enough_to_read()
    {
        Assert.Empty(Sources
            .Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(f => f.lines > 300 && !f.path.EndsWith("/Api.cs", StringComparison.Ordinal))
            .Select(f => $"{Path.GetRelativePath(Repository.Root, f.path)} has {f.lines} lines"));
    }

    [Fact]
    public void Type_names_say_what_the_type_does()
    {
        Assert.Empty(Sources
            .SelectMany(path => TypeName().Matches(File.ReadAllText(path)).Select(m => $"{m.Groups[1].Value} in {Path.GetRelativePath(Repository.Root, path)}"))
            .Where(name => BannedWord().IsMatch(name.Split(' ')[0])));
    }

    [Fact]
    public void No_file_names_a_place_outside_the_repository()
    {
        string[] foreign = ["../" + "shared", "/work" + "/", "api.nuget" + ".org"];
        var text = Directory.EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
            .Where(p => TextFile().IsMatch(p) && !Ignored().IsMatch(Path.GetRelativePath(Repository.Root, p)));

        Assert.Empty(text.Where(p => foreign.Any(f => File.ReadAllText(p).Contains(f, StringComparison.Ordinal) && !IsProjectReference(p, f))));
    }

    // a relative path to the folder of shared projects is how this repository's own projects find each other
    private static bool IsProjectReference(string path, string found) =>
        found.StartsWith("..", StringComparison.Ordinal) && (path.EndsWith("proj", StringComparison.Ordinal) || path.EndsWith(".slnf", StringComparison.Ordinal));

    private static List<string> References(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))];

    private static List<string> Packages(string project) =>
        [.. XDocument.Load(project).Descendants("PackageReference").Select(r => (r.Attribute("Include") ?? r.Attribute("Update"))!.Value)];

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w+)")]
    private static partial Regex TypeName();

    [GeneratedRegex("(Manager|Helper|Util|Utils|Common|Base|Info|Service)$")]
    private static partial Regex BannedWord();

    [GeneratedRegex(@"\.(cs|csproj|props|targets|md|yaml|yml|json|sh|razor|js|css|service|slnf)$|/fleet$|/run$")]
    private static partial Regex TextFile();

    [GeneratedRegex(@"(^|/)(bin|obj|\.git|\.fleet|node_modules|TestResults)(/|$)|packages\.lock\.json$")]
    private static partial Regex Ignored();
}

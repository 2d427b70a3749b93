namespace Fleet.Testing;

/// <summary>Where this checkout is, and its programs.</summary>
public static class Repository
{
    /// <summary>Folder of <c>Fleet.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>Path of a built program, of the configuration these tests were built in; another one where a variable such as <c>FLEET_AGENT_PROGRAM</c> names it.</summary>
    /// <param name="project">Folder of the project, such as <c>agent/Fleet.Agent</c>.</param>
    /// <param name="name">Name of the executable.</param>
    /// <exception cref="FileNotFoundException">It is not built.</exception>
    public static string Program(string project, string name)
    {
        if (Environment.GetEnvironmentVariable(name.ToUpperInvariant().Replace('-', '_') + "_PROGRAM") is { Length: > 0 } own)
        {
            return File.Exists(own) ? own : throw new FileNotFoundException($"There is no program {own}, which stands in the environment for {name}.");
        }

        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var output = Path.Combine(Root, project, "bin", configuration, "net10.0");
        return new[] { Path.Combine(output, "linux-x64", name), Path.Combine(output, name) }.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} is not built in {output}: run dotnet build Fleet.sln -c {configuration}.");
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Fleet.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Fleet.sln above {AppContext.BaseDirectory}.");
    }
}

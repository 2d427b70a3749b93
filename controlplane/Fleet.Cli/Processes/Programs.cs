using System.Net;
using System.Net.Sockets;

namespace Fleet.Cli.Processes;

/// <summary>Where Fleet's other programs are: beside the repository's root, or where <c>FLEET_ROOT</c> says; one program alone where a variable such as <c>FLEET_AGENT_PROGRAM</c> names its path.</summary>
internal sealed record Programs(string Root, string Configuration)
{
    public string ControlPlane => At("controlplane/Fleet.ControlPlane", "fleet-controlplane");

    public string Agent => At("agent/Fleet.Agent", "fleet-agent");

    public string Twin => At("synthetic-data/Fleet.Twin", "fleet-twin");

    public string Training => At("synthetic-data/Fleet.Training", "fleet-training");

    public string Scene(string name) => Path.Combine(Root, "synthetic-data", "scenes", name + ".yaml");

    public string Recipe(string name) => Path.Combine(Root, "synthetic-data", "recipes", name + ".yaml");

    public string Models => Path.Combine(Root, "synthetic-data", "models");

    public static Programs Find()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        if (Environment.GetEnvironmentVariable("FLEET_ROOT") is { Length: > 0 } root)
        {
            return new Programs(root, configuration);
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Fleet.sln")))
            {
                return new Programs(at.FullName, configuration);
            }
        }

        throw new DirectoryNotFoundException("Fleet's programs were not found: run ./fleet from the repository, or set FLEET_ROOT to it.");
    }

    /// <summary>A TCP port that is free now; it is given out once.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string At(string project, string name)
    {
        if (Environment.GetEnvironmentVariable(name.ToUpperInvariant().Replace('-', '_') + "_PROGRAM") is { Length: > 0 } own)
        {
            return File.Exists(own) ? own : throw new FileNotFoundException($"There is no program {own}, which stands in the environment for {name}.");
        }

        var output = Path.Combine(Root, project, "bin", Configuration, "net10.0");
        return new[] { Path.Combine(output, "linux-x64", name), Path.Combine(output, name) }.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} is not built in {output}: run ./fleet setup.");
    }
}

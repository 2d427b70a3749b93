using System.CommandLine;
using Fleet.Cli.Commands;
using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Contracts;

if (System.Console.IsOutputRedirected)
{
    // a log has no edge to wrap at
    Spectre.Console.AnsiConsole.Profile.Width = 200;
}

var root = new RootCommand("Fleet: from a digital twin to a fleet of cameras and back.")
{
    DemoCommand.Create(),
    AccessCommands.SignIn(),
    AccessCommands.SignOut(),
    AccessCommands.WhoAmI(),
    AccessCommands.Key(),
    PeopleCommands.Create(),
    DeviceCommands.Create(),
    VersionCommands.Create(),
    ReleaseCommands.Create(),
    SceneCommands.Create(),
    InferCommand.Create(),
    InferCommand.CreateChoose(),
    RolloutCommands.Create(),
    SampleCommands.Create(),
    SnapshotCommands.Create(),
    LabelCommands.Create(),
    TrainingCommands.Create(),
    TopicCommands.Create(),
    PolicyCommands.Create(),
    AuditCommands.Create(),
};

var arguments = args is ["help", ..] ? [.. args.Skip(1), "--help"] : args;
try
{
    // the demo stops its children one after the other: let it
    return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
}
catch (ProblemException e)
{
    System.Console.Error.WriteLine($"{e.Message} ({e.Kind.Code})");
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ChildFailedException or System.Text.Json.JsonException)
{
    System.Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}

using System.CommandLine;
using System.CommandLine.Help;
using Fleet.Cli.Commands;
using Fleet.Cli.Demo;

namespace Fleet.Cli;

/// <summary>All commands below the name by which people call them; a root command of the library would be called after this program's file.</summary>
internal static class Root
{
    public static Command Create() => new("./fleet", "Fleet: from a digital twin to a fleet of cameras and back.")
    {
        new HelpOption(),
        new VersionOption(),
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
}

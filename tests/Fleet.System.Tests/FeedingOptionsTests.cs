using System.CommandLine;
using Fleet.Cli.Commands;
using Fleet.Contracts;

namespace Fleet.SystemTests;

/// <summary>The options of <c>version register</c> that say what a network is fed.</summary>
public sealed class FeedingOptionsTests
{
    [Fact]
    public void What_is_not_said_is_left_to_the_file()
    {
        Assert.Equal(new InputOptions(), Parse());
    }

    [Fact]
    public void Fractions_lists_and_sizes_are_understood()
    {
        var said = Parse("--size", "640x480", "--scale", "1/255", "--mean", "0.5,0.25,0", "--pad", "0", "--fit", "stretch");

        Assert.Equal((640, 480, 1f / 255, (byte)0, "stretch"), (said.WidthPx, said.HeightPx, said.Scale, said.Pad, said.Fit));
        Assert.Equal([0.5f, 0.25f, 0], said.Mean);
        Assert.Null(said.Std);
    }

    [Theory]
    [InlineData("--size", "640")]
    [InlineData("--mean", "a,b")]
    public void What_is_not_understood_is_refused(string option, string value) => Assert.NotEmpty(Command(out _).Parse([option, value]).Errors);

    private static InputOptions Parse(params string[] arguments)
    {
        var parsed = Command(out var feeding).Parse(arguments);
        Assert.Empty(parsed.Errors);
        return feeding.Input(parsed);
    }

    private static RootCommand Command(out FeedingOptions feeding)
    {
        var command = new RootCommand();
        feeding = new FeedingOptions();
        foreach (var option in feeding.All)
        {
            command.Options.Add(option);
        }

        return command;
    }
}

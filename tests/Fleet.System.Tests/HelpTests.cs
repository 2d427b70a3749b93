using System.CommandLine;
using Fleet.Cli;

namespace Fleet.SystemTests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("./fleet [command]", "--help")]
    [InlineData("./fleet device list [options]", "device", "list", "--help")]
    [InlineData("", "--version")]
    public async Task Commands_are_called_in_help_as_people_call_them(string says, params string[] typed)
    {
        using var output = new StringWriter();

        var code = await Root.Create().Parse(typed).InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        Assert.Contains(says, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("fleet-cli", output.ToString(), StringComparison.Ordinal);
    }
}

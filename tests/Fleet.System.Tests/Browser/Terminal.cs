using System.Diagnostics;
using Fleet.Testing;

namespace Fleet.SystemTests.Browser;

/// <summary>A terminal in Fleet's folder, for the commands that pages tell people to run.</summary>
/// <param name="home">Where it keeps who is signed in.</param>
internal sealed class Terminal(string home)
{
    /// <summary>Runs a command as it stands on a page, to its end.</summary>
    /// <param name="command">Begins with <c>./fleet</c>.</param>
    /// <param name="input">What is typed into it.</param>
    public async Task RunAsync(string command, string input = "")
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("./fleet", words[0]);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fleet-cli"), words.Skip(1))
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_CONFIG_HOME"] = home;
        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{command}: {string.Concat(await said)}");
    }
}

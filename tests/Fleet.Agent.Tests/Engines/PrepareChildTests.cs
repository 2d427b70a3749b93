using Fleet.Agent.Engines;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Tests.Engines;

public sealed class PrepareChildTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_child_that_takes_too_long_is_ended_with_all_that_it_started_and_its_stage_was_told()
    {
        var pid = _folder.At("pid");
        var stages = new List<string>();
        var trial = await RunAsync($$"""echo "a native library's words"; echo '{"stage":"building fp32","share":0.5}'; echo $$ > {{pid}}; sleep 1000""", TimeSpan.FromSeconds(1), (stage, _) => stages.Add(stage));

        Assert.Equal("engine.budget", trial.Failure!.Code);
        Assert.Contains("longer than the 1 s", trial.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(["building fp32"], stages);
        await Eventually.Is(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
        Assert.Empty(Directory.GetFiles(_folder.At("engines")));
    }

    [Theory]
    [InlineData("echo 'terminate called after throwing std::bad_alloc' >&2; exit 134", "engine.budget", "64 MiB")]
    [InlineData("echo 'Segmentation fault' >&2; exit 139", "engine.failed", "ended with 139: Segmentation fault")]
    [InlineData("exit 7", "engine.failed", "ended with 7.")]
    public async Task What_takes_the_child_down_is_a_refusal_with_a_reason(string script, string code, string reason)
    {
        var trial = await RunAsync(script, TimeSpan.FromMinutes(1), (_, _) => { });

        Assert.Equal(code, trial.Failure!.Code);
        Assert.Contains(reason, trial.Failure.Detail, StringComparison.Ordinal);
    }

    private async Task<Trial> RunAsync(string script, TimeSpan limit, Action<string, double> progress)
    {
        var program = _folder.At("program.sh");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var engines = Directory.CreateDirectory(_folder.At("engines")).FullName;
        var child = new PrepareChild(Options.Create(new AgentOptions { PrepareCommand = program }), TimeProvider.System);
        var job = new PrepareJob([new Entrant("fp32", "file", "fp32")], "card", Golden: null, [], engines, Rounds: 0, MemoryBytes: 64L << 20);
        return Assert.Single(await child.RunAsync(job, limit, progress, TestContext.Current.CancellationToken));
    }
}

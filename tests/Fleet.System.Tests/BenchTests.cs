using System.Diagnostics;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>The bench program as a person calls it.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task An_unknown_bench_ends_with_2_and_names_those_there_are()
    {
        var start = new ProcessStartInfo(Repository.Program("tests/Fleet.Bench", "fleet-bench"), ["nonsense"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("'nonsense'", said, StringComparison.Ordinal);
        Assert.Contains("vision, sparsity, ingest", said, StringComparison.Ordinal);
    }
}

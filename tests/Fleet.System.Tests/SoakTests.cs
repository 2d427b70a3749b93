using System.Diagnostics;
using System.Globalization;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>An agent whose cameras fail and come back. FLEET_SOAK_MINUTES sets how long (5 unless set); <c>./fleet bench soak --minutes 60</c> is the same by hand.</summary>
public sealed class SoakTests
{
    private const string Usual = "5";

    [Fact]
    public async Task Memory_and_handles_stay_flat_and_counters_add_up_while_cameras_fail_and_come_back()
    {
        var minutes = Environment.GetEnvironmentVariable("FLEET_SOAK_MINUTES") is { Length: > 0 } set ? set : Usual;
        Assert.True(double.Parse(minutes, CultureInfo.InvariantCulture) >= 1, "A soak of less than a minute shows nothing.");
        var start = new ProcessStartInfo(Repository.Program("tests/Fleet.Bench", "fleet-bench"), ["soak", "--minutes", minutes]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var (said, shown) = (process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await said + await shown);
    }
}

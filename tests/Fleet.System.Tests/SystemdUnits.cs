using System.Diagnostics;
using System.Text.RegularExpressions;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>The units that ship are ones systemd accepts, and they are hardened.</summary>
public sealed partial class SystemdUnits
{
    public static TheoryData<string> Units => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "systemd"), "*.service").Select(p => Path.GetFileName(p)!)];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Systemd_accepts_the_unit(string unit)
    {
        using var folder = new TempFolder();
        // the programs are not installed where tests run; everything else is checked as it ships
        var text = ProgramPath().Replace(await File.ReadAllTextAsync(Source(unit), TestContext.Current.CancellationToken), "ExecStart=/bin/true");
        await File.WriteAllTextAsync(folder.At(unit), text, TestContext.Current.CancellationToken);

        using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", folder.At(unit)]) { RedirectStandardError = true })!;
        var complaints = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(unit, complaints, StringComparison.Ordinal);
        Assert.Equal(0, verify.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Units_run_without_privileges(string unit)
    {
        var text = await File.ReadAllTextAsync(Source(unit), TestContext.Current.CancellationToken);

        Assert.All(
            ["NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "UMask=0077", "User=fleet", "Restart=always"],
            line => Assert.Contains(line, text, StringComparison.Ordinal));
    }

    private static string Source(string unit) => Path.Combine(Repository.Root, "deploy", "systemd", unit);

    [GeneratedRegex("ExecStart=/opt/\\S+")]
    private static partial Regex ProgramPath();
}

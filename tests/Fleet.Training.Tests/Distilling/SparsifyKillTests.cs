using System.Diagnostics;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Training.Runs;

namespace Fleet.Training.Tests.Distilling;

public sealed class SparsifyKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_recovery_goes_on_and_ends_with_the_same_bytes()
    {
        var pictures = Directory.CreateDirectory(_folder.At("pictures")).FullName;
        for (var i = 0; i < 12; i++)
        {
            A.Picture(pictures, i);
        }

        OnnxFile.Write(A.Detector(), _folder.At("dense.onnx"));
        await SparsifyAsync("whole", killAt: null);
        await SparsifyAsync("killed", killAt: "checkpoint.bin");
        var told = await SparsifyAsync("killed", killAt: null);

        Assert.Contains(told, line => line.StartsWith("resume ", StringComparison.Ordinal) && !line.StartsWith("resume 0/", StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(_folder.At("whole", TrainedFiles.Model), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder.At("killed", TrainedFiles.Model), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder.At("killed", "checkpoint.bin")));
    }

    /// <summary>Runs the program; kills it as soon as a file of that name lies in its folder.</summary>
    private async Task<List<string>> SparsifyAsync(string name, string? killAt)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(TrainingRun).Assembly.Location, "sparsify", _folder.At("dense.onnx"), "--data", _folder.At("pictures"), "--out", _folder.At(name), "--steps", "60", "--batch", "2", "--threads", "1"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var told = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (killAt is not null)
        {
            await Eventually.Is(() => File.Exists(_folder.At(name, killAt)));
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(killAt is not null || process.ExitCode == 0, await errors);
        return [.. (await told).Split('\n')];
    }
}

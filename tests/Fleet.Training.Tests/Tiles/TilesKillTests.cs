using System.Diagnostics;
using Fleet.Testing;
using Fleet.Training.Runs;
using Fleet.Training.Tiles;

namespace Fleet.Training.Tests.Tiles;

public sealed class TilesKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiles-search-1.bin")]
    [InlineData("tiles-dense.bin")]
    [InlineData("tiles-control.bin")]
    public async Task A_killed_training_goes_on_and_ends_with_the_same_bytes(string killAt)
    {
        await TrainAsync("whole", killAt: null);
        await TrainAsync("killed", killAt);
        var told = await TrainAsync("killed", killAt: null);

        Assert.Contains(told, line => line.StartsWith("resume ", StringComparison.Ordinal) && !line.StartsWith("resume 0/", StringComparison.Ordinal));
        foreach (var file in (string[])[TrainedFiles.Model, TilesRun.WholeFrame, "dense.onnx", "control.onnx"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(_folder.At("whole", file), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder.At("killed", file), TestContext.Current.CancellationToken));
        }

        Assert.Empty(Directory.EnumerateFiles(_folder.At("killed"), "tiles-*.bin"));
    }

    /// <summary>Runs the program; kills it as soon as a file of that name lies in its folder.</summary>
    private async Task<List<string>> TrainAsync(string name, string? killAt)
    {
        var recipe = _folder.At("sky.yaml");
        await File.WriteAllTextAsync(_folder.At("easy.yaml"), TilesRunTests.EasySky, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(recipe, TilesRunTests.RecipeOf(_folder.At("easy.yaml"), "sparsity: prune\nretrain: { steps: 30, batch: 64, rate: 0.002 }\ncontrol: yes", frames: 24, steps: 40), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(TrainingRun).Assembly.Location, "train", recipe, "--out", _folder.At(name)])
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

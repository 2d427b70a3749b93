using Fleet.Bench.Agent;
using Fleet.Bench.Cameras;
using Fleet.Bench.Ingest;
using Fleet.Bench.Labels;
using Fleet.Bench.Ota;
using Fleet.Bench.Soak;
using Fleet.Bench.Sparsity;
using Fleet.Bench.Swap;
using Fleet.Bench.Training;
using Fleet.Bench.Twin;
using Fleet.Bench.Vision;

namespace Fleet.Bench;

/// <param name="Name">As typed.</param>
/// <param name="RunAsync">Measures.</param>
internal sealed record Bench(string Name, Func<BenchOptions, CancellationToken, Task<IReadOnlyList<BenchRow>>> RunAsync);

/// <param name="Quick">End within three minutes.</param>
/// <param name="Model">Path of an ONNX file; null takes the shipped one.</param>
/// <param name="Video">Path of a video; null makes frames.</param>
/// <param name="Minutes">How long a soak is; null for the usual.</param>
internal sealed record BenchOptions(bool Quick, string? Model, string? Video, double? Minutes = null)
{
    /// <summary>Folder of labelled photos; null where none was given.</summary>
    public string? Data { get; init; }

    /// <summary>Where a long bench keeps what it has done, so that it can go on; null for the usual place.</summary>
    public string? Work { get; init; }

    /// <summary>Seeds of a bench that trains; null for the usual.</summary>
    public int? Seeds { get; init; }

    /// <summary>The file that a device has; null trains two.</summary>
    public string? From { get; init; }

    /// <summary>The file that it is to get.</summary>
    public string? To { get; init; }

    /// <summary>Labelled photos beside the twin; empty for the usual.</summary>
    public IReadOnlyList<int> Photos { get; init; } = [];
}

/// <summary>A bench that could not be carried through; the message says why.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);

internal static class Benches
{
    private static readonly Bench[] All =
    [
        new("vision", VisionBench.RunAsync),
        new("sparsity", SparsityBench.RunAsync),
        new("ingest", IngestBench.RunAsync),
        new("cameras", CamerasBench.RunAsync),
        new("soak", SoakBench.RunAsync),
        new("agent", AgentBench.RunAsync),
        new("train", TrainBench.RunAsync),
        new("sim2real", SimToRealBench.RunAsync),
        new("labels", LabelsBench.RunAsync),
        new("twin", TwinBench.RunAsync),
        new("swap", SwapBench.RunAsync),
        new("ota", OtaBench.RunAsync),
    ];

    public static string Names => string.Join(", ", All.Select(b => b.Name));

    public static Bench? Find(string name) => Array.Find(All, b => b.Name == name);

    /// <summary>Progress goes to standard error: standard output holds the table.</summary>
    public static void Say(string sentence) => Console.Error.WriteLine(sentence);
}

namespace Fleet.Bench.Training;

/// <summary>The trainings and measurements of the arms; each is kept, so that a bench that was killed goes on.</summary>
internal sealed class SimToRealRun(SimToRealPlan plan, IReadOnlyList<string> photos, BenchOptions options, string folder)
{
    private const string Label = "box";
    private const double LeastPx = 24;
    private readonly Trainer _trainer = new(folder);
    private readonly Dictionary<int, PhotoSplit> _splits = [];

    public string Folder => folder;

    /// <summary>Objects on a photo, on average: what a labeller draws.</summary>
    public double BoxesPerPhoto => photos.Average(p => LabelOf(p) is { } label && File.Exists(label) ? File.ReadLines(label).Count(l => l.Trim().Length > 0) : 0);

    public async Task<string> TwinAsync(CancellationToken cancellationToken) =>
        Path.Combine(await _trainer.TrainAsync("twin", plan.Twin(Label), seed: 1, [], cancellationToken), "model.onnx");

    /// <returns>Pictures that look alike on both sides.</returns>
    public async Task<int> PrepareAsync(PhotoSplit split, int seed, CancellationToken cancellationToken)
    {
        _splits[seed] = split;
        var whole = At(seed, "whole");
        PhotoSplit.Copy(split.Pool, options.Data!, Path.Combine(whole, "train"));
        PhotoSplit.Copy(split.Test, options.Data!, Path.Combine(whole, "test"));
        PhotoSplit.Copy(split.Test, options.Data!, At(seed, "test"));
        Name(whole);
        Name(At(seed, "test"));
        return await _trainer.LookalikesAsync(whole, cancellationToken);
    }

    public async Task<Arm> TunedAsync(string twin, int count, int seed, CancellationToken cancellationToken)
    {
        var run = await _trainer.TrainAsync($"twin+{count}", plan.Tune(Label), seed, ["--from", twin, "--data", Some(count, seed), "--policy", "modal"], cancellationToken);
        return await MeasureAsync("twin+real", count, Path.Combine(run, "model.onnx"), seed, cancellationToken);
    }

    public async Task<Arm> RealAsync(int count, int seed, CancellationToken cancellationToken)
    {
        var run = await _trainer.TrainAsync($"real{count}", plan.Real(Label), seed, ["--data", Some(count, seed), "--policy", "modal"], cancellationToken);
        return await MeasureAsync("real", count, Path.Combine(run, "model.onnx"), seed, cancellationToken);
    }

    public async Task<Arm> MeasureAsync(string kind, int count, string model, int seed, CancellationToken cancellationToken)
    {
        // a model that is given may lie where nothing can be written
        var own = Path.Combine(At(seed, "measured"), $"{kind}{count}.onnx");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.Copy(model, own, overwrite: true);
        var figures = await _trainer.MeasureAsync(own, At(seed, "test"), LeastPx, cancellationToken);
        Benches.Say(FormattableString.Invariant($"  {kind} {count}, split {seed}: AP@.5 {figures.Ap50:0.000}, AP@.75 {figures.Ap75:0.000}, from {LeastPx} px {figures.LargeAp50:0.000}"));
        return new Arm(kind, count, figures);
    }

    /// <summary>The first photos of a split's pool; more photos hold the fewer ones.</summary>
    private string Some(int count, int seed)
    {
        var into = At(seed, $"photos{count}");
        PhotoSplit.Copy(_splits[seed].Pool.Take(count), options.Data!, into);
        Name(into);
        return into;
    }

    private string At(int seed, string name) => Path.Combine(folder, $"split{seed}", name);

    private static void Name(string set) => File.WriteAllText(Path.Combine(set, "data.yaml"), $"names: [{Label}]\nbox_policy: modal\n");

    private string? LabelOf(string photo) => Path.Combine(options.Data!, "labels", Path.GetFileNameWithoutExtension(photo) + ".txt");
}

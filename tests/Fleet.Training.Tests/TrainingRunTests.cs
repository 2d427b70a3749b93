using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Testing;
using Fleet.Training.Frames;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Sparsity;

namespace Fleet.Training.Tests;

public sealed class TrainingRunTests : IDisposable
{
    private const string Short = "train: { steps: 6, batch: 4 }\nsparsity: prune\nretrain: { steps: 6, batch: 4 }";
    private readonly TempFolder _folder = new();
    private readonly List<TrainingProgress> _told = [];

    [Fact]
    public async Task Forty_steps_lower_the_loss_and_find_an_easy_object()
    {
        var job = Job(A.Recipe("train: { steps: 40, batch: 8, rate: 0.01 }\naverage: 0"), pictures: 24);
        var trained = await RunAsync(job, "easy");

        var losses = _told.Where(t => t.Loss is not null).Select(t => t.Loss!.Value).ToList();
        Assert.InRange(losses[^1], 0, losses[0] * 0.7);
        Assert.InRange(Hits(trained.Model, job.HeldOut), 3, 4);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_file_and_another_seed_another()
    {
        var job = Job(A.Recipe(Short), pictures: 8);
        var first = OnnxFile.Write((await RunAsync(job, "first")).Model);

        Assert.Equal(Digest.Of(first), Digest.Of(OnnxFile.Write((await RunAsync(job, "second")).Model)));
        Assert.NotEqual(Digest.Of(first), Digest.Of(OnnxFile.Write((await RunAsync(job with { Seed = 2 }, "third")).Model)));
    }

    [Fact]
    public async Task Zeros_stay_where_they_are_through_training_export_and_a_second_run()
    {
        var pruned = await RunAsync(Job(A.Recipe(Short), pictures: 8), "prune");
        var zeros = Zeros(pruned.Model);
        Assert.True(zeros.Count > 10);

        var keep = Job(A.Recipe("train: { steps: 4, batch: 4 }\nsparsity: keep"), pictures: 8) with { Base = HalfStorage.Of(pruned.Model) };
        var tuned = (await RunAsync(keep, "keep")).Model;
        Assert.NotEqual(OnnxFile.Write(keep.Base!), OnnxFile.Write(tuned));
        Assert.All(Zeros(tuned), layer => Assert.True(layer.Value.IsSupersetOf(zeros[layer.Key])));
        Assert.All(SparsityReport.Of(tuned).Where(l => l.Eligible), l => Assert.True(l.Valid));
    }

    [Fact]
    public async Task A_killed_run_goes_on_as_if_nothing_had_happened()
    {
        var job = Job(A.Recipe(Short), pictures: 8);
        var whole = await RunAsync(job, "whole");
        using var kill = new CancellationTokenSource();
        var seen = 0;
        var interrupted = new TrainingRun(
            job, Folder("killed"), p => { if (p.Stage == TrainingRun.RetrainStage && ++seen == 1) { kill.Cancel(); } }, new EveryStep());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted.RunAsync(kill.Token));

        var told = new List<TrainingProgress>();
        var resumed = await new TrainingRun(job, Folder("killed"), told.Add, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(told, t => t.Stage == TrainingRun.TrainStage);
        Assert.Equal(OnnxFile.Write(whole.Model), OnnxFile.Write(resumed.Model));
    }

    [Fact]
    public async Task A_control_sees_what_the_pruned_network_sees_and_changes_nothing_about_it_also_after_a_kill()
    {
        var plain = await RunAsync(Job(A.Recipe(Short), pictures: 8), "plain");
        var job = Job(A.Recipe(Short + "\ncontrol: yes"), pictures: 8);
        using var kill = new CancellationTokenSource();
        var seen = 0;
        var interrupted = new TrainingRun(
            job, Folder("control"), p => { if (p.Stage == TrainingRun.ControlStage && ++seen == 2) { kill.Cancel(); } }, new EveryStep());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted.RunAsync(kill.Token));
        var resumed = await RunAsync(job, "control");

        Assert.Equal(OnnxFile.Write(plain.Model), OnnxFile.Write(resumed.Model));
        Assert.Equal(OnnxFile.Write((await RunAsync(job, "whole")).Control!), OnnxFile.Write(resumed.Control!));
        Assert.NotEqual(OnnxFile.Write(resumed.Dense!), OnnxFile.Write(resumed.Control!));
    }

    [Fact]
    public async Task Says_in_a_sentence_that_there_is_nothing_to_learn_from()
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => RunAsync(Job(A.Recipe("train: { steps: 3 }"), pictures: 0), "none"));
        Assert.Contains("nothing to learn from", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private TrainingJob Job(Recipe recipe, int pictures) =>
        new(recipe, Base: null, [.. Enumerable.Range(0, pictures).Select(i => A.Picture(_folder.Path, i))], Seed: 1);

    private Task<TrainedNetworks> RunAsync(TrainingJob job, string name) =>
        new TrainingRun(job, Folder(name), _told.Add, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

    private string Folder(string name) => Directory.CreateDirectory(_folder.At(name)).FullName;

    private static int Hits(ModelProto model, IReadOnlyList<LabelledPicture> pictures)
    {
        var hits = 0;
        foreach (var picture in pictures)
        {
            var box = picture.Annotations[0].Box;
            var peaks = A.Run(model, Planes(picture), 1, OutputNames.Peaks);
            var best = Array.IndexOf(peaks, peaks.Max());
            var (x, y) = ((best % 8 + 0.5f) * 8, (best / 8 + 0.5f) * 8);
            hits += x > box.X && x < box.X + box.Width && y > box.Y && y < box.Y + box.Height ? 1 : 0;
        }

        return hits;
    }

    private static byte[] Planes(LabelledPicture picture)
    {
        var frame = Pictures.Read(picture.Path);
        return [.. Enumerable.Range(0, 3).SelectMany(plane => Enumerable.Range(0, A.Side * A.Side).Select(i => frame.Pixels[i * 3 + 2 - plane]))];
    }

    private static Dictionary<string, HashSet<int>> Zeros(ModelProto model)
    {
        using var network = new Network(model);
        return network.Weights.Where(w => w.Value.dim() == 4 && TwoOfFour.Holds(w.Value)).ToDictionary(
            w => w.Key.Replace(".half", "", StringComparison.Ordinal),
            w => Network.Values(w.Value).Select((value, i) => (value, i)).Where(v => v.value == 0).Select(v => v.i).ToHashSet());
    }

    /// <summary>A clock that moves a minute at each look, so that every step is told and stored.</summary>
    private sealed class EveryStep : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 60;
    }
}

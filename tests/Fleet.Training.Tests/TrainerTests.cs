using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Training.Worker;

namespace Fleet.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private const string Recipe = "model: tiny\nclasses: [box]\ninput: { width: 64, height: 64 }\nthreads: 1\ntrain: { steps: 3, batch: 4 }\n";
    private readonly TempFolder _folder = new();
    private readonly FakeControlPlane _server = new();
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Makes_a_version_that_says_where_it_comes_from()
    {
        var (run, snapshot) = Queue();
        await OnceAsync();

        var card = Assert.Single(_server.Versions).Card;
        Assert.Equal((run.Id, snapshot, 5L), (card.Lineage.Run!.Value, card.Lineage.Snapshot!.Value, card.Lineage.Seed!.Value));
        Assert.Equal(card.Version, Assert.Single(_server.Ended).Version);
        Assert.Equal("fleet", OnnxMetadata.Get(OnnxCheck.Inspect(_server.Blobs[card.Variants[0].Digest]).Metadata).Head);
        Assert.NotEmpty(_server.Told);
        Assert.Contains("tiny: training run", System.Text.Encoding.UTF8.GetString(_server.Blobs[card.Report!.Digest]), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder.At("runs")));
    }

    [Fact]
    public async Task Uploads_every_form_that_the_recipe_asks_for_so_that_devices_can_race_them()
    {
        var snapshot = _server.Store(JsonSerializer.SerializeToUtf8Bytes(new SnapshotManifest("s", Frames()), FleetJson.Strict.SnapshotManifest));
        _server.Queue(new TrainingRunRequest(ModelName.Parse("tiny"), Recipe + "variants: [int8]\n", Base: null, snapshot));
        await OnceAsync();

        var card = Assert.Single(_server.Versions).Card;
        Assert.Equal(["fp16", "int8"], card.Variants.Select(v => v.Name));
        var operators = OnnxCheck.Inspect(_server.Blobs[card.Variants[1].Digest]).Operators.Values.SelectMany(o => o.Keys);
        Assert.Contains("QuantizeLinear", operators);
    }

    [Fact]
    public async Task Measures_base_and_result_on_frames_that_it_does_not_learn_from()
    {
        var (_, snapshot) = Queue();
        await OnceAsync();
        var heldOut = _server.Store(JsonSerializer.SerializeToUtf8Bytes(new SnapshotManifest("held", [Frames()[0]]), FleetJson.Strict.SnapshotManifest));
        _server.Queue(Request(snapshot) with { Base = _server.Versions[0].Card.Version, HeldOut = heldOut });
        await OnceAsync();

        var (first, second) = (_server.Versions[0].Card, _server.Versions[1].Card);
        Assert.DoesNotContain(HeldOutMetrics.Result, first.Metrics.Keys);
        Assert.Equal(1, second.Metrics[HeldOutMetrics.Frames]);
        Assert.InRange(second.Metrics[HeldOutMetrics.Result], 0, 1);
        Assert.InRange(second.Metrics[HeldOutMetrics.Base], 0, 1);
        Assert.Equal(first.Metrics["frames_real"], second.Metrics["frames_real"]);
    }

    [Fact]
    public async Task Makes_no_second_version_after_it_died_between_registering_and_ending()
    {
        var (run, snapshot) = Queue();
        _server.Refuse = (HttpMethod.Post, "/end", Problems.ServerBusy);
        Assert.True(await OnceAsync() > TimeSpan.Zero);
        Assert.Single(_server.Versions);

        _server.Refuse = null;
        File.Delete(_folder.At("runs", run.Id.ToString(), "lease.json"));
        _server.Queue(Request(snapshot), run.Id);
        await OnceAsync();
        Assert.Equal(Assert.Single(_server.Versions).Card.Version, Assert.Single(_server.Ended).Version);
    }

    [Fact]
    public async Task Goes_on_with_the_run_it_was_killed_at_without_asking_for_another()
    {
        Queue();
        _server.Refuse = (HttpMethod.Post, "versions", Problems.ServerBusy);
        Assert.True(await OnceAsync() > TimeSpan.Zero);

        _server.Refuse = null;
        await OnceAsync();
        Assert.Equal(Assert.Single(_server.Versions).Card.Version, Assert.Single(_server.Ended).Version);
    }

    [Theory]
    [InlineData("model: tiny\nclases: [box]", "The recipe, line 2: the field 'clases' is not known", true)]
    [InlineData(Recipe, "has no frames: label samples", false)]
    public async Task Fails_a_run_that_cannot_be_done_with_one_sentence(string recipe, string expected, bool filled)
    {
        var snapshot = _server.Store(JsonSerializer.SerializeToUtf8Bytes(new SnapshotManifest("s", filled ? Frames() : []), FleetJson.Strict.SnapshotManifest));
        _server.Queue(new TrainingRunRequest(ModelName.Parse("tiny"), recipe, Base: null, snapshot));
        await OnceAsync();

        var end = Assert.Single(_server.Ended);
        Assert.Null(end.Version);
        Assert.Contains(expected, end.Detail, StringComparison.Ordinal);
        Assert.Empty(_server.Versions);
    }

    [Fact]
    public async Task Gives_a_run_up_that_belongs_to_another_trainer_now()
    {
        Queue();
        _server.Refuse = (HttpMethod.Put, "/progress", Problems.RunLease);
        await OnceAsync();

        Assert.Empty(_server.Ended);
        Assert.Empty(_server.Versions);
        Assert.Contains("given up", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_when_no_run_does() => Assert.True(await OnceAsync() > TimeSpan.Zero);

    public void Dispose()
    {
        _folder.Dispose();
        _server.Dispose();
        _output.Dispose();
    }

    private static TrainingRunRequest Request(Digest snapshot) => new(ModelName.Parse("tiny"), Recipe, Base: null, snapshot, Seed: 5);

    private (TrainingRunResponse Run, Digest Snapshot) Queue()
    {
        var snapshot = _server.Store(JsonSerializer.SerializeToUtf8Bytes(new SnapshotManifest("s", Frames()), FleetJson.Strict.SnapshotManifest));
        return (_server.Queue(Request(snapshot)), snapshot);
    }

    private SnapshotFrame[] Frames() => [.. Enumerable.Range(0, 7).Select(i => A.Picture(_folder.Path, i)).Select(p =>
        new SnapshotFrame(_server.Store(File.ReadAllBytes(p.Path)), A.Side, A.Side, DeviceId.Parse("d"), CameraId.Parse("c"), p.Annotations))];

    private async Task<TimeSpan> OnceAsync()
    {
        using var client = _server.Client();
        return await new Trainer(client, "t", _folder.Path, _output, TimeProvider.System).OnceAsync(TestContext.Current.CancellationToken);
    }
}

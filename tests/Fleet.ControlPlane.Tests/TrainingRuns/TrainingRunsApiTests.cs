using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Registry;

namespace Fleet.ControlPlane.Tests.TrainingRuns;

public sealed class TrainingRunsApiTests : IAsyncLifetime
{
    private static readonly TrainingRunRequest Request = new(ModelName.Parse("warehouse"), "epochs: 1");
    private static readonly TrainingProgress Progress = new("train", 1, 10, 0.5, 30);
    private readonly RunningPlane _plane = new();
    private FleetClient _trainer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        _trainer = await _plane.ClientAsync(Role.Trainer);
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Never_gives_one_run_to_two_trainers_that_ask_at_once()
    {
        const int runs = 4;
        for (var i = 0; i < runs; i++)
        {
            await _plane.Admin.TrainingRuns.StartAsync(Request, Cancel);
        }

        var leases = await Task.WhenAll(Enumerable.Range(0, 2 * runs).Select(i => NextAsync($"trainer-{i}")));

        Assert.Equal(runs, leases.OfType<TrainingLease>().Select(l => l.Run.Id).Distinct().Count());
        Assert.Equal(runs, leases.Count(l => l is null));
    }

    [Fact]
    public async Task Shows_what_the_trainer_said_last_and_what_it_made()
    {
        var lease = await StartedAsync();
        await _trainer.TrainingRuns.ReportAsync(lease.Run.Id, new ProgressRequest(lease.Lease, Progress), Cancel);
        var running = await _plane.Admin.TrainingRuns.GetAsync(lease.Run.Id, Cancel);
        var version = await RegisterAsync();

        await EndAsync(lease, version, detail: null);
        await EndAsync(lease, version, detail: null);

        Assert.Equal((TrainingState.Running, Progress, "trainer", 1), (running.State, running.Progress, running.Trainer, running.Attempt));
        var ended = await _plane.Admin.TrainingRuns.GetAsync(lease.Run.Id, Cancel);
        Assert.Equal((TrainingState.Succeeded, (VersionId?)version), (ended.State, ended.Version));
        Assert.NotNull(ended.EndedAt);
    }

    [Fact]
    public async Task Tells_a_trainer_without_the_lease_that_the_run_is_not_its()
    {
        var lease = await StartedAsync();
        var stale = lease with { Lease = "another" };

        var progress = await Assert.ThrowsAsync<ProblemException>(() => _trainer.TrainingRuns.ReportAsync(lease.Run.Id, new ProgressRequest(stale.Lease, Progress), Cancel));
        var end = await Assert.ThrowsAsync<ProblemException>(() => EndAsync(stale, version: null, "gone"));

        Assert.Equal((Problems.RunLease, Problems.RunLease), (progress.Kind, end.Kind));
        Assert.Equal(TrainingState.Running, (await _plane.Admin.TrainingRuns.GetAsync(lease.Run.Id, Cancel)).State);
    }

    [Fact]
    public async Task Does_not_let_a_run_end_in_two_ways()
    {
        var lease = await StartedAsync();
        await EndAsync(lease, version: null, "out of memory");

        var e = await Assert.ThrowsAsync<ProblemException>(() => EndAsync(lease, version: null, "another reason"));

        Assert.Equal(Problems.RunLease, e.Kind);
        Assert.Equal("out of memory", (await _plane.Admin.TrainingRuns.GetAsync(lease.Run.Id, Cancel)).Detail);
        Assert.Null(await NextAsync("trainer"));
    }

    [Fact]
    public async Task Refuses_to_end_with_a_version_of_another_model_or_with_neither_or_both()
    {
        var lease = await StartedAsync();
        var other = await RegisterAsync("other");

        Assert.Equal(Problems.RequestInvalid, (await Assert.ThrowsAsync<ProblemException>(() => EndAsync(lease, other, detail: null))).Kind);
        Assert.Equal(Problems.RequestInvalid, (await Assert.ThrowsAsync<ProblemException>(() => EndAsync(lease, other, "both"))).Kind);
        Assert.Equal(Problems.RequestInvalid, (await Assert.ThrowsAsync<ProblemException>(() => EndAsync(lease, version: null, detail: null))).Kind);
        Assert.Equal(Problems.VersionUnknown, (await Assert.ThrowsAsync<ProblemException>(() => EndAsync(lease, VersionId.Parse("warehouse@9"), detail: null))).Kind);
    }

    [Fact]
    public async Task Refuses_a_run_from_a_base_or_snapshot_that_is_not_there()
    {
        var noBase = await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.TrainingRuns.StartAsync(Request with { Base = VersionId.Parse("none@1") }, Cancel));
        var noSnapshot = await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.TrainingRuns.StartAsync(Request with { Snapshot = Digest.Of("none"u8) }, Cancel));
        var tooLong = await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.TrainingRuns.StartAsync(Request with { Recipe = new string('x', 65537) }, Cancel));

        Assert.Equal((Problems.VersionUnknown, Problems.SnapshotUnknown, Problems.RequestInvalid), (noBase.Kind, noSnapshot.Kind, tooLong.Kind));
        Assert.Empty((await _plane.Admin.TrainingRuns.PageAsync(cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Lets_only_trainers_take_runs()
    {
        var e = await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.TrainingRuns.TakeNextAsync(new TrainerRequest("admin"), Cancel));

        Assert.Equal(Problems.AuthForbidden, e.Kind);
    }

    private Task<TrainingLease?> NextAsync(string name) => _trainer.TrainingRuns.TakeNextAsync(new TrainerRequest(name), Cancel);

    private async Task<TrainingLease> StartedAsync()
    {
        await _plane.Admin.TrainingRuns.StartAsync(Request, Cancel);
        return (await NextAsync("trainer"))!;
    }

    private Task EndAsync(TrainingLease lease, VersionId? version, string? detail) =>
        _trainer.TrainingRuns.EndAsync(lease.Run.Id, new EndRunRequest(lease.Lease, version, detail), Cancel);

    private async Task<VersionId> RegisterAsync(string model = "warehouse")
    {
        var file = await _trainer.Blobs.UploadAsync(TinyModels.Bytes(), Cancel);
        var request = new VersionRequest { Model = ModelName.Parse(model), Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", file.Digest)] };
        return (await _trainer.Versions.RegisterAsync(request, Cancel)).Card.Version;
    }
}

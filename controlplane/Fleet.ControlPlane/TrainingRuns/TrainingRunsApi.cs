using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.TrainingRuns;

internal static class TrainingRunsApi
{
    public static IServiceCollection AddTrainingRuns(this IServiceCollection services) =>
        services.AddSingleton<RunQueue>().AddReconciler<RunReconciler>();

    public static void MapTrainingRuns(this Routes routes)
    {
        var runs = routes.Operator.MapGroup("/training-runs");
        runs.MapPost("", PostAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        runs.MapGet("", ListAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        runs.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        runs.MapPost("/next", NextAsync).RequireAuthorization(Policies.Trainer).WithMetadata(Unaudited.Instance);
        runs.MapPut("/{id}/progress", ProgressAsync).RequireAuthorization(Policies.Trainer).WithMetadata(Unaudited.Instance);
        runs.MapPost("/{id}/end", EndAsync).RequireAuthorization(Policies.Trainer);
    }

    private static async Task<Created<TrainingRunResponse>> PostAsync(
        TrainingRunRequest request,
        VersionCatalogue versions,
        SnapshotAlbum snapshots,
        RunQueue queue,
        CancellationToken cancellationToken)
    {
        if (request.Base is { } start)
        {
            await versions.GetAsync(start, cancellationToken);
        }

        foreach (var snapshot in (Digest?[])[request.Snapshot, request.HeldOut])
        {
            if (snapshot is { } named)
            {
                await snapshots.RequireAsync(named, cancellationToken);
            }
        }

        var run = await queue.AddAsync(request, cancellationToken);
        return TypedResults.Created($"/api/v1/training-runs/{run.Id}", run);
    }

    private static async Task<Ok<Page<TrainingRunResponse>>> ListAsync(
        [AsParameters] PageQuery page, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var before = page.AfterNumber() ?? long.MaxValue;
        var found = await store.Set<RunRow>().AsNoTracking().Where(r => r.Sequence < before)
            .OrderByDescending(r => r.Sequence).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, r => r.Sequence, r => r.Show()));
    }

    private static async Task<Ok<TrainingRunResponse>> GetAsync(TrainingRunId id, RunQueue queue, CancellationToken cancellationToken)
    {
        var run = await queue.FindAsync(id, cancellationToken);
        return TypedResults.Ok(run ?? throw new ProblemException(Problems.RunUnknown, $"There is no training run {id}. List them with GET /api/v1/training-runs."));
    }

    private static async Task<Results<Ok<TrainingLease>, NoContent>> NextAsync(TrainerRequest request, RunQueue queue, CancellationToken cancellationToken) =>
        await queue.NextAsync(request.Trainer, cancellationToken) is { } lease ? TypedResults.Ok(lease) : TypedResults.NoContent();

    private static async Task<NoContent> ProgressAsync(TrainingRunId id, ProgressRequest request, RunQueue queue, CancellationToken cancellationToken)
    {
        Check(request.Progress);
        await queue.ProgressAsync(id, request, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<TrainingRunResponse>> EndAsync(
        TrainingRunId id, EndRunRequest request, VersionCatalogue versions, RunQueue queue, CancellationToken cancellationToken)
    {
        if (request.Version is null == string.IsNullOrWhiteSpace(request.Detail))
        {
            throw new ProblemException(Problems.RequestInvalid, "A run ends either with the version it made or with the detail why it failed. Send exactly one of the two.");
        }

        if (request.Version is { } version)
        {
            await versions.GetAsync(version, cancellationToken);
        }

        return TypedResults.Ok(await queue.EndAsync(id, request, cancellationToken));
    }

    private static void Check(TrainingProgress progress)
    {
        if (progress is not { Stage.Length: > 0 and <= 32, Step: >= 0, Steps: >= 0 })
        {
            throw new ProblemException(Problems.RequestInvalid, "stage must have 1 to 32 characters, step and steps must not be below 0.");
        }
    }
}

using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.TrainingRules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Snapshots;

internal static class SnapshotsApi
{
    public static IServiceCollection AddSnapshots(this IServiceCollection services) => services.AddSingleton<SnapshotAlbum>().AddSingleton<SnapshotShelf>().AddSingleton<SnapshotWall>();

    public static void MapSnapshots(this Routes routes)
    {
        routes.Operator.MapPost("/snapshots", PostAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        routes.Operator.MapGet("/snapshots", ListAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/snapshots/{digest}", async (Digest digest, SnapshotShelf shelf, CancellationToken c) => SnapshotSummary.Of(await shelf.OpenAsync(digest, c))).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/snapshots/{digest}/frames", (Digest digest, [AsParameters] SnapshotQuery query, SnapshotWall wall, CancellationToken c) => wall.FindAsync(digest, query, c)).RequireAuthorization(Policies.ViewerOrTrainer);
    }

    private static async Task<Results<Created<SnapshotResponse>, Ok<SnapshotResponse>>> PostAsync(
        SnapshotRequest request, SampleCatalogue samples, SnapshotAlbum album, CancellationToken cancellationToken)
    {
        if (request.HeldOutPercent is { } percent)
        {
            var (learnt, heldOut) = LabelSplit.Of(await samples.LabelledInTimeAsync(request.Samples, cancellationToken), percent, TimeSpan.FromMinutes(request.BlockMinutes));
            if (learnt.Count == 0 || heldOut.Count == 0)
            {
                throw new ProblemException(Problems.SnapshotEmpty, $"{learnt.Count} frames would be learnt from and {heldOut.Count} held out. Label frames of more cameras and times, or make the blocks shorter than {request.BlockMinutes} minutes.");
            }

            var split = new SnapshotSplit(SnapshotPart.Learnt, percent, request.BlockMinutes);
            var (part, isNewPart) = await album.TakeBothAsync(request.Name, $"{request.Name} held out", (learnt, heldOut), split, cancellationToken);
            return isNewPart ? TypedResults.Created($"/api/v1/snapshots/{part.Digest}", part) : TypedResults.Ok(part);
        }

        var frames = request.Samples is { } chosen ? await samples.LabelledAsync(chosen, cancellationToken) : await samples.LabelledAsync(cancellationToken);
        var (snapshot, isNew) = await album.TakeAsync(request.Name, frames, split: null, cancellationToken);
        return isNew ? TypedResults.Created($"/api/v1/snapshots/{snapshot.Digest}", snapshot) : TypedResults.Ok(snapshot);
    }

    private static async Task<Ok<Page<SnapshotResponse>>> ListAsync(
        [AsParameters] PageQuery page, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var before = page.AfterNumber() ?? long.MaxValue;
        var found = await store.Set<SnapshotRow>().AsNoTracking().Where(s => s.Sequence < before)
            .OrderByDescending(s => s.Sequence).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, s => s.Sequence, s => s.Show()));
    }
}

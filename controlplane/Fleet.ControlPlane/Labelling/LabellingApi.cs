using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Labelling;

internal static class LabellingApi
{
    public static IServiceCollection AddLabelling(this IServiceCollection services) =>
        services.AddSingleton<LabelQueue>().AddSingleton<LabelTasks>().AddSingleton<ReviewDesk>();

    public static void MapLabelling(this Routes routes)
    {
        var api = routes.Operator.MapGroup("/labelling").RequireAuthorization(Policies.Labeller).WithMetadata(TakesPageCookie.Yes);
        api.MapGet("/counts", CountAsync).RequireAuthorization(Policies.Viewer);
        api.MapGet("/agreement", (ReviewDesk desk, CancellationToken cancellationToken) => desk.AgreementAsync(cancellationToken)).RequireAuthorization(Policies.Viewer);
        api.MapPost("/next", NextAsync).WithMetadata(Unaudited.Instance);
        api.MapDelete("/skips", TakeBackSkipsAsync).WithMetadata(Unaudited.Instance);
        api.MapPut("/{sample}/lease", HoldAsync).WithMetadata(Unaudited.Instance);
        api.MapDelete("/{sample}/lease", GiveBackAsync).WithMetadata(Unaudited.Instance);
        api.MapPost("/{sample}/skip", SkipAsync).WithMetadata(Unaudited.Instance);
        api.MapGet("/{sample}/earlier", EarlierAsync);
        api.MapPost("/{sample}/review", ReviewAsync);
        routes.Operator.MapPost("/labelling/proposals", LookAsync).RequireAuthorization(Policies.Operator).WithMetadata(Unaudited.Instance);
        routes.Operator.MapPut("/labelling/{sample}/proposals", ProposeAsync).RequireAuthorization(Policies.OperatorOrTrainer).WithMetadata(Unaudited.Instance);
    }

    private static async Task<Ok<LabelCounts>> CountAsync(
        ClaimsPrincipal user, LabelQueue queue, DeviceId? device, CameraId? camera, ModelName? model, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queue.CountAsync(user.Name(), new LabelNextRequest { Device = device, Camera = camera, Model = model }, cancellationToken));

    private static async Task<Results<Ok<LabelTask>, NoContent>> NextAsync(
        LabelNextRequest request, ClaimsPrincipal user, LabelQueue queue, LabelTasks tasks, CancellationToken cancellationToken) =>
        await queue.NextAsync(user.Name(), request, cancellationToken) is { } sample
            ? TypedResults.Ok(await tasks.ReadAsync(sample, cancellationToken))
            : TypedResults.NoContent();

    private static async Task<Ok<LabelTask>> HoldAsync(
        Digest sample, LeaseRequest request, ClaimsPrincipal user, LabelQueue queue, LabelTasks tasks, CancellationToken cancellationToken)
    {
        await queue.HoldAsync(sample, user.Name(), request.Draft, cancellationToken);
        return TypedResults.Ok(await tasks.ReadAsync(sample, cancellationToken));
    }

    private static async Task<NoContent> GiveBackAsync(Digest sample, ClaimsPrincipal user, LabelQueue queue, CancellationToken cancellationToken)
    {
        await queue.GiveBackAsync(sample, user.Name(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SkipAsync(Digest sample, ClaimsPrincipal user, LabelQueue queue, LabelTasks tasks, CancellationToken cancellationToken)
    {
        await tasks.ReadAsync(sample, cancellationToken);
        await queue.SkipAsync(sample, user.Name(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> TakeBackSkipsAsync(ClaimsPrincipal user, LabelQueue queue, CancellationToken cancellationToken)
    {
        await queue.TakeBackSkipsAsync(user.Name(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<EarlierLabel>, NoContent>> EarlierAsync(Digest sample, LabelTasks tasks, CancellationToken cancellationToken) =>
        await tasks.EarlierAsync(sample, cancellationToken) is { } earlier ? TypedResults.Ok(earlier) : TypedResults.NoContent();

    private static async Task<NoContent> ProposeAsync(Digest sample, ProposalsRequest request, LabelTasks tasks, CancellationToken cancellationToken)
    {
        await tasks.ProposeAsync(sample, request, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<LookResponse>> LookAsync(LookRequest request, VersionCatalogue versions, Looker looker, LabelTasks tasks, CancellationToken cancellationToken)
    {
        if (request.Samples.Count is 0 or > LookRequest.MaxSamples)
        {
            throw new ProblemException(Problems.RequestInvalid, $"samples has {request.Samples.Count} entries; wanted 1 to {LookRequest.MaxSamples}.");
        }

        var card = (await versions.GetAsync(request.Version, cancellationToken)).Card;
        foreach (var sample in request.Samples)
        {
            await tasks.ReadAsync(sample, cancellationToken);
        }

        var found = new Dictionary<Digest, List<Detection>>();
        await looker.LookAsync(card, request.Samples, (sample, boxes) => found[sample] = [.. boxes.Where(b => b.Score >= card.ScoreThreshold)], cancellationToken);
        foreach (var (sample, boxes) in found)
        {
            await tasks.ProposeAsync(sample, new ProposalsRequest(request.Version, boxes), cancellationToken);
        }

        return TypedResults.Ok(new LookResponse(found.Count, found.Values.Sum(b => b.Count)));
    }

    private static async Task<Ok<SampleResponse>> ReviewAsync(
        Digest sample, ReviewRequest request, HttpContext context, ReviewDesk desk, CancellationToken cancellationToken)
    {
        var reviewed = await desk.ReviewAsync(sample, context.User.Name(), request, context.Request, cancellationToken);
        context.Response.Headers.ETag = reviewed.ETag;
        return TypedResults.Ok(reviewed);
    }
}

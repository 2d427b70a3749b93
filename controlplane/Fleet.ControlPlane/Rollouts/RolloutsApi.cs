using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;
using Fleet.Trust;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Rollouts;

internal static class RolloutsApi
{
    public static void AddRollouts(this IServiceCollection services)
    {
        services.AddScoped<RolloutDesk>().AddScoped<RolloutRules>().AddScoped<RolloutTemplates>().AddScoped<Pins>().AddSingleton<RolloutMetrics>().AddSingleton<RolloutWatch>();
        services.AddReconciler<RolloutReconciler>();
    }

    public static void MapRollouts(this Routes routes)
    {
        var rollouts = routes.Operator.MapGroup("/rollouts");
        rollouts.MapPost("/", StartAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        rollouts.MapPost("/preview", PreviewAsync).RequireAuthorization(Policies.Operator);
        rollouts.MapGet("/", ListAsync).RequireAuthorization(Policies.Viewer);
        rollouts.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.Viewer);
        rollouts.MapPost("/{id}/approve", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.ApproveAsync(id, user.Name(), user.HasClaim(u => u.Type == TokenAuthentication.SessionClaim), c), desk, live, c)).RequireAuthorization(Policies.Approver);
        rollouts.MapPost("/{id}/pause", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.PauseAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/resume", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.ResumeAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/abort", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.AbortAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/roll-back", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.RollBackAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        RolloutRules.Map(routes);
        RolloutTemplates.Map(routes);
        Pins.Map(routes);
        Shadows.Map(routes);
    }

    private static async Task<Created<RolloutResponse>> StartAsync(
        RolloutRequest request, ClaimsPrincipal user, RolloutDesk desk, VersionCatalogue versions, LiveDevices live, TufRepository releases, CancellationToken cancellationToken)
    {
        RolloutDraft.Check(request);
        var version = await ReleasedVersions.GetAsync(versions, request.Version, cancellationToken);
        if (releases.Released().Above(request.Version) is { } floor)
        {
            throw new ProblemException(Problems.RolloutConflict, $"Every device would refuse {request.Version}: its publisher lets devices install {floor}.");
        }

        var rollout = await ShowAsync(desk.StartAsync(request, version, user.Name(), cancellationToken), desk, live, cancellationToken);
        return TypedResults.Created($"/api/v1/rollouts/{rollout.Id}", rollout);
    }

    private static async Task<Ok<RolloutPreview>> PreviewAsync(
        RolloutRequest request, RolloutDesk desk, VersionCatalogue versions, LiveDevices live, TufRepository releases, CancellationToken cancellationToken)
    {
        RolloutDraft.Check(request);
        var version = await ReleasedVersions.GetAsync(versions, request.Version, cancellationToken);
        return TypedResults.Ok(await desk.PreviewAsync(request, version, d => live.Of(d).Presence == Presence.Online, releases.Released().Above(request.Version), cancellationToken));
    }

    private static async Task<Page<RolloutResponse>> ListAsync([AsParameters] PageQuery page, RolloutDesk desk, LiveDevices live, CancellationToken cancellationToken)
    {
        var rows = await desk.ListAsync(page.After(), page.Take() + 1, cancellationToken);
        var devices = await desk.DevicesAsync(cancellationToken);
        return page.Of(rows, r => r.Id.ToString(), r => Show(r, devices, live, desk.Now));
    }

    private static Task<RolloutResponse> GetAsync(RolloutId id, RolloutDesk desk, LiveDevices live, CancellationToken cancellationToken) =>
        ShowAsync(desk.FindAsync(id, cancellationToken), desk, live, cancellationToken);

    private static async Task<RolloutResponse> ShowAsync(Task<RolloutRow> rollout, RolloutDesk desk, LiveDevices live, CancellationToken cancellationToken) =>
        Show(await rollout, await desk.DevicesAsync(cancellationToken), live, desk.Now);

    private static RolloutResponse Show(RolloutRow row, IReadOnlyList<DeviceRow> devices, LiveDevices live, DateTimeOffset now) =>
        RolloutView.Of(row, RolloutEvidence.Of(row, devices, d => live.Of(d).Presence == Presence.Online, now));
}

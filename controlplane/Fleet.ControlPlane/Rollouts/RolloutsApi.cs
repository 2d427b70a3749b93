using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Rollouts;

internal static class RolloutsApi
{
    private const int MaxRings = 50;

    public static void AddRollouts(this IServiceCollection services)
    {
        services.AddScoped<RolloutDesk>().AddSingleton<RolloutMetrics>();
        services.AddReconciler<RolloutReconciler>();
    }

    public static void MapRollouts(this Routes routes)
    {
        var rollouts = routes.Operator.MapGroup("/rollouts");
        rollouts.MapPost("/", StartAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        rollouts.MapGet("/", ListAsync).RequireAuthorization(Policies.Viewer);
        rollouts.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.Viewer);
        rollouts.MapPost("/{id}/pause", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.PauseAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/resume", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.ResumeAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/abort", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.AbortAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
        rollouts.MapPost("/{id}/roll-back", (RolloutId id, RolloutDesk desk, LiveDevices live, ClaimsPrincipal user, CancellationToken c) => ShowAsync(desk.RollBackAsync(id, user.Name(), c), desk, live, c)).RequireAuthorization(Policies.Operator);
    }

    private static async Task<Created<RolloutResponse>> StartAsync(
        RolloutRequest request, ClaimsPrincipal user, RolloutDesk desk, VersionCatalogue versions, LiveDevices live, CancellationToken cancellationToken)
    {
        CheckRings(request.Rings);
        GuardRules.Check(request.Guards ?? []);
        var version = await versions.FindAsync(request.Version, cancellationToken)
            ?? throw new ProblemException(Problems.VersionUnknown, $"There is no version {request.Version}.");
        if (version.State != VersionState.Released)
        {
            throw new ProblemException(Problems.VersionNotReleased, $"{request.Version} is a draft; a publisher must sign it before any device may run it.");
        }

        var rollout = await ShowAsync(desk.StartAsync(request, Variant(request, version.Card), user.Name(), cancellationToken), desk, live, cancellationToken);
        return TypedResults.Created($"/api/v1/rollouts/{rollout.Id}", rollout);
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

    private static RolloutResponse Show(RolloutRow row, IReadOnlyList<DeviceRow> devices, LiveDevices live, DateTimeOffset now)
    {
        var evidence = RolloutEvidence.Of(row, devices, d => live.Of(d).Presence == Presence.Online, now);
        int Count(int ring, Standing standing) => evidence.Count(e => e.Ring == ring && e.Standing == standing);
        return new RolloutResponse(
            row.Id,
            row.Version,
            row.Variant,
            row.State,
            Math.Max(0, row.Open),
            [.. row.Rings.Select((r, i) => new RingResponse(r.Name, r.Selector, evidence.Count(e => e.Ring == i), Count(i, Standing.Committed), Count(i, Standing.Failed), evidence.Count(e => e.Ring == i && e.Late), RolloutView.Guards(row.Guards, [.. evidence.Where(e => e.Ring == i)])))],
            row.Log,
            row.CreatedAt,
            row.CreatedBy);
    }

    public static void CheckRings(IReadOnlyList<RingRequest> rings)
    {
        if (rings.Count is 0 or > MaxRings)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{rings.Count} rings were given; wanted 1 to {MaxRings}.");
        }

        foreach (var ring in rings)
        {
            Selector.Parse(ring.Selector);
        }
    }

    public static string Variant(RolloutRequest request, ModelCard card)
    {
        var names = card.Variants.Select(v => v.Name).ToList();
        return request.Variant is null ? (names.Count > 1 ? VariantNames.Auto : names[0])
            : request.Variant == VariantNames.Auto || names.Contains(request.Variant, StringComparer.Ordinal) ? request.Variant
            : throw new ProblemException(Problems.RequestInvalid, $"{request.Version} has no variant '{request.Variant}'; it has {string.Join(", ", names)}, and {VariantNames.Auto} lets each device take its fastest.");
    }
}

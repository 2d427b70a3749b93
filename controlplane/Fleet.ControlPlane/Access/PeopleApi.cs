using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Access;

internal static class PeopleApi
{
    public static void MapPeople(this Routes routes)
    {
        var api = routes.Operator;
        api.MapGet("/people", (People desk, [AsParameters] PageQuery page, CancellationToken cancellationToken) => desk.ListAsync(page, cancellationToken)).RequireAuthorization(Policies.Admin);
        api.MapPost("/people", InviteAsync).RequireAuthorization(Policies.Admin).AcceptsIdempotencyKey();
        api.MapPut("/people/{name}", (string name, PersonRequest request, People desk, CancellationToken cancellationToken) => desk.ChangeAsync(name, request, cancellationToken)).RequireAuthorization(Policies.Admin);
        api.MapDelete("/people/{name}", RemoveAsync).RequireAuthorization(Policies.Admin);
        api.MapPost("/people/{name}/password-links", (string name, People desk, CancellationToken cancellationToken) => desk.MakeLinkAsync(name, cancellationToken)).RequireAuthorization(Policies.Admin);
        api.MapPost("/password", ChooseAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<Created<PersonLink>> InviteAsync(InviteRequest request, People desk, HttpContext http, CancellationToken cancellationToken)
    {
        AuditMiddleware.On(http, $"{request.Name} {request.Role}");
        return TypedResults.Created($"/api/v1/people/{Uri.EscapeDataString(request.Name)}", await desk.InviteAsync(request, cancellationToken));
    }

    private static async Task<NoContent> RemoveAsync(string name, People desk, CancellationToken cancellationToken)
    {
        await desk.RemoveAsync(name, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SessionResponse>> ChooseAsync(PasswordRequest request, People desk, HttpContext http, CancellationToken cancellationToken)
    {
        AuditMiddleware.Claim(http, "with a link");
        var session = await desk.ChooseAsync(request, cancellationToken);
        AuditMiddleware.Claim(http, session.Name);
        return AccessApi.SignedIn(http, session);
    }
}

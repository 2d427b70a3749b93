using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Enrolment;

internal static class EnrolmentApi
{
    public static void AddEnrolment(this IServiceCollection services) =>
        services.AddScoped<EnrolmentDesk>().AddScoped<RenewalDesk>().AddSingleton<EnrolmentNotice>();

    public static void MapEnrolment(this Routes routes)
    {
        routes.Operator.MapPost("/enrolment-tokens", MakeTokenAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        routes.Device.MapPost("/enrol", EnrolAsync).AllowAnonymous().RequireRateLimiting(RateLimits.Enrolment);
        routes.Device.MapPost("/renew", RenewAsync).RequireRateLimiting(RateLimits.Enrolment);
    }

    private static async Task<Created<EnrolmentTokenResponse>> MakeTokenAsync(EnrolmentTokenRequest request, EnrolmentDesk desk, CancellationToken cancellationToken)
    {
        DeviceRules.CheckLabels(request.Labels ?? new Dictionary<string, string>());
        return TypedResults.Created((string?)null, await desk.MakeTokenAsync(request, cancellationToken));
    }

    private static Task<EnrolResponse> EnrolAsync(EnrolRequest request, EnrolmentDesk desk, CancellationToken cancellationToken) =>
        desk.EnrolAsync(request, cancellationToken);

    private static Task<RenewResponse> RenewAsync(RenewRequest request, HttpContext http, RenewalDesk desk, CancellationToken cancellationToken) =>
        desk.RenewAsync(http.User.Device(), http.Connection.ClientCertificate!, request, cancellationToken);
}

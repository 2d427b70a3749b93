using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;

namespace Fleet.ControlPlane.DevicePolicies;

internal static class DevicePoliciesApi
{
    public static void AddDevicePolicies(this IServiceCollection services) => services.AddScoped<FleetPolicies>().AddScoped<PolicySearch>();

    public static void MapDevicePolicies(this Routes routes)
    {
        routes.Operator.MapGet("/policy", GetAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapPut("/policy", PutAsync).RequireAuthorization(Policies.Operator);
        routes.Operator.MapGet("/device-policies", ([AsParameters] PolicyQuery query, PolicySearch search, CancellationToken c) => search.FindAsync(query, c)).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/devices/{device}/policy", (DeviceId device, PolicySearch search, CancellationToken c) => search.OfAsync(device, c)).RequireAuthorization(Policies.Viewer);
    }

    private static async Task<FleetPolicyResponse> GetAsync(FleetPolicies policies, HttpResponse response, CancellationToken cancellationToken)
    {
        var row = await policies.GetAsync(cancellationToken);
        response.Headers.ETag = row.ETag;
        return row.Show();
    }

    private static async Task<FleetPolicyResponse> PutAsync(FleetPolicyRequest policy, FleetPolicies policies, HttpContext http, CancellationToken cancellationToken)
    {
        var row = await policies.PutAsync(policy, etag => ETags.RequireMatch(http.Request, etag), http.User.Name(), cancellationToken);
        http.Response.Headers.ETag = row.ETag;
        return row.Show();
    }
}

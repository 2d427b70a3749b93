using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;

namespace Fleet.ControlPlane.Timelines;

internal static class TimelineApi
{
    public static IServiceCollection AddTimelines(this IServiceCollection services) => services.AddSingleton<Timeline>();

    public static void MapTimelines(this Routes routes) =>
        routes.Operator.MapGet("/devices/{device}/timeline", ListAsync).RequireAuthorization(Policies.Viewer);

    /// <summary>Writes a sentence into the device's timeline once the act is done: <c>{who}</c> is who did it, other names in braces are parts of the address.</summary>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder route, string sentence) => route.AddEndpointFilter(async (call, next) =>
    {
        var answer = await next(call);
        var http = call.HttpContext;
        var text = http.Request.RouteValues.Aggregate(sentence.Replace("{who}", http.User.Name(), StringComparison.Ordinal), (s, value) => s.Replace($"{{{value.Key}}}", $"{value.Value}", StringComparison.Ordinal));

        // what was done is written down even when the caller has gone
        await http.RequestServices.GetRequiredService<Timeline>().WriteAsync(DeviceId.Parse($"{http.Request.RouteValues["device"]}"), new HappeningDraft(HappeningKind.Person, null, text), CancellationToken.None);
        return answer;
    });

    private static async Task<Page<Happening>> ListAsync(
        DeviceId device, [AsParameters] PageQuery page, DeviceDirectory directory, Timeline timeline, CancellationToken cancellationToken)
    {
        await directory.FindAsync(device, cancellationToken);
        var rows = await timeline.ReadAsync(device, page.AfterNumber() ?? long.MaxValue, page.Take() + 1, cancellationToken);
        return page.Of(rows, r => r.Sequence, r => r.Show());
    }
}

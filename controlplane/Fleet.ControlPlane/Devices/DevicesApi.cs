using Fleet.Contracts;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Enrolment;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Timelines;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Devices;

internal static class DevicesApi
{
    public static void AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<LiveDevices>().AddSingleton(_ => new LivePictures()).AddSingleton(s => new CameraHistories(s.GetRequiredService<TimeProvider>())).AddSingleton<DeviceGate>().AddSingleton<DeviceKnocks>().AddSingleton<DeviceConnections>();
        services.AddSingleton<DeviceListeners>().AddSingleton<DeviceInbox>().AddSingleton<DeviceView>().AddSingleton<DeviceMetrics>().AddSingleton<CameraMetrics>();
        services.AddScoped<DeviceDirectory>().AddScoped<DeviceSearch>().AddScoped<VersionUses>();
        services.AddReconciler<DeviceWriter>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, DeviceAuthentication>(Policies.DeviceScheme, null);
    }

    public static void MapDevices(this Routes routes)
    {
        var devices = routes.Operator.MapGroup("/devices");
        routes.Operator.MapGet("/device-search", ([AsParameters] DeviceSearchQuery query, DeviceSearch search, CancellationToken c) => search.FindAsync(query, c)).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/version-use", (VersionUses uses, CancellationToken c) => uses.CountAsync(c)).RequireAuthorization(Policies.Viewer);
        devices.MapGet("/", ListAsync).RequireAuthorization(Policies.Viewer);
        devices.MapGet("/{device}", GetAsync).RequireAuthorization(Policies.Viewer);
        devices.MapPut("/{device}/labels", SetLabelsAsync).RequireAuthorization(Policies.Operator).Tells("{who} changed its labels.");
        devices.MapPut("/{device}/policy", SetPolicyAsync).RequireAuthorization(Policies.Operator).Tells("{who} changed its policy.");
        devices.MapDelete("/{device}/policy", RemovePolicyAsync).RequireAuthorization(Policies.Operator).Tells("{who} gave it the fleet's policy.");
        devices.MapPost("/{device}/revoke", RevokeAsync).RequireAuthorization(Policies.Operator).Tells("{who} shut it out.");
        devices.MapPut("/{device}/cameras/{camera}", SetCameraAsync).RequireAuthorization(Policies.Operator).Tells("{who} set camera {camera}.");
        devices.MapDelete("/{device}/cameras/{camera}", RemoveCameraAsync).RequireAuthorization(Policies.Operator).Tells("{who} removed camera {camera}.");
        devices.MapGet("/{device}/cameras/{camera}/picture", GetPicture).RequireAuthorization(Policies.Viewer);
        devices.MapGet("/{device}/cameras/{camera}/frame", GetFrame).RequireAuthorization(Policies.Viewer);
        devices.MapGet("/{device}/cameras/{camera}/history", GetHistoryAsync).RequireAuthorization(Policies.Viewer);
    }

    private static async Task<Page<DeviceResponse>> ListAsync(
        [AsParameters] PageQuery page, DeviceDirectory directory, DirectiveLedger ledger, DeviceView view, CancellationToken cancellationToken)
    {
        var rows = await directory.ListAsync(page.After(), page.Take() + 1, cancellationToken);
        var generations = await ledger.GenerationsAsync([.. rows.Select(r => r.Id)], cancellationToken);
        return page.Of(rows, r => r.Id.ToString(), r => view.Show(r, generations.GetValueOrDefault(r.Id)));
    }

    private static async Task<DeviceResponse> GetAsync(
        DeviceId device, DeviceDirectory directory, DirectiveLedger ledger, DeviceView view, CancellationToken cancellationToken)
    {
        var row = await directory.FindAsync(device, cancellationToken);
        return await ShowAsync(row, ledger, view, cancellationToken);
    }

    private static async Task<DeviceResponse> SetLabelsAsync(
        DeviceId device, Dictionary<string, string> labels, DeviceDirectory directory, DirectiveLedger ledger, DeviceView view, CancellationToken cancellationToken)
    {
        DeviceRules.CheckLabels(labels);
        var row = await directory.ChangeAsync(device, d => d.Labels = labels, cancellationToken);
        return await ShowAsync(row, ledger, view, cancellationToken);
    }

    private static async Task<DeviceResponse> SetPolicyAsync(
        DeviceId device, DevicePolicy policy, DeviceDirectory directory, DirectiveLedger ledger, DeviceView view, CancellationToken cancellationToken)
    {
        DeviceRules.CheckPolicy(policy);
        var row = await directory.ChangeAsync(device, d => d.Policy = policy, cancellationToken);
        return await ShowAsync(row, ledger, view, cancellationToken);
    }

    private static async Task<NoContent> RemovePolicyAsync(DeviceId device, DeviceDirectory directory, CancellationToken cancellationToken)
    {
        await directory.ChangeAsync(device, d => d.Policy = null, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RevokeAsync(
        DeviceId device, DeviceDirectory directory, EnrolmentDesk enrolment, DeviceConnections connections, CancellationToken cancellationToken)
    {
        await directory.ChangeAsync(device, d => d.Revoked = true, cancellationToken);
        await enrolment.WithdrawAsync(device, cancellationToken);
        await connections.EndAsync(device);
        return TypedResults.NoContent();
    }

    private static async Task<CameraResponse> SetCameraAsync(
        DeviceId device, CameraId camera, CameraRequest request, DeviceDirectory directory, DeviceView view, CancellationToken cancellationToken)
    {
        DeviceRules.CheckSource(request.Source);
        var row = await directory.SetCameraAsync(device, camera, request, cancellationToken);
        return view.Show(row, DeviceDirectory.Camera(row, camera));
    }

    private static async Task<NoContent> RemoveCameraAsync(
        DeviceId device, CameraId camera, DeviceDirectory directory, LivePictures pictures, CameraHistories histories, CancellationToken cancellationToken)
    {
        await directory.RemoveCameraAsync(device, camera, cancellationToken);
        pictures.Drop(device, camera);
        histories.Forget(device, camera);
        return TypedResults.NoContent();
    }

    private static IResult GetPicture(DeviceId device, CameraId camera, LivePictures pictures, HttpContext http)
    {
        var picture = Picture(device, camera, pictures);
        var tag = ETags.Of(picture.Frame.Digest);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return ETags.Has(http.Request, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(picture.Jpeg, "image/jpeg");
    }

    private static FrameMessage GetFrame(DeviceId device, CameraId camera, LivePictures pictures) => Picture(device, camera, pictures).Frame;

    private static async Task<CameraHistory> GetHistoryAsync(DeviceId device, CameraId camera, DeviceDirectory directory, CameraHistories histories, CancellationToken cancellationToken)
    {
        var row = await directory.FindAsync(device, cancellationToken);
        return new CameraHistory(CameraHistories.EverySeconds, histories.Of(device, DeviceDirectory.Camera(row, camera).Id));
    }

    private static LivePicture Picture(DeviceId device, CameraId camera, LivePictures pictures) =>
        pictures.Find(device, camera)
        ?? throw new ProblemException(Problems.CameraNoPicture, $"Camera {camera} of {device} has sent no picture yet.");

    private static async Task<DeviceResponse> ShowAsync(DeviceRow row, DirectiveLedger ledger, DeviceView view, CancellationToken cancellationToken) =>
        view.Show(row, (await ledger.GenerationsAsync([row.Id], cancellationToken)).GetValueOrDefault(row.Id));
}

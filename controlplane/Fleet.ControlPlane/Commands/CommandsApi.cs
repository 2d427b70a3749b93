using System.Globalization;
using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.ControlPlane.Commands;

internal static class CommandsApi
{
    private const int MaxFormBytes = CommandLimits.PictureBytes + (300 << 10);

    public static void AddCommands(this IServiceCollection services) => services
        .AddSingleton<CommandLedger>().AddSingleton<CommandEnds>().AddScoped<CommandDesk>().AddScoped<CommandArrival>()
        .AddReconciler<CommandReconciler>();

    public static void MapCommands(this Routes routes)
    {
        var commands = routes.Operator.MapGroup("/devices/{device}/commands");
        commands.MapPost("/", GiveAsync).RequireAuthorization(Policies.Operator);
        commands.MapGet("/", ListAsync).RequireAuthorization(Policies.Viewer);
        commands.MapGet("/{command}", GetAsync).RequireAuthorization(Policies.Viewer);
        commands.MapGet("/{command}/picture", GetPictureAsync).RequireAuthorization(Policies.Viewer);
        commands.MapGet("/{command}/log", GetLogAsync).RequireAuthorization(Policies.Operator);
        routes.Device.MapPut("/commands/{command}/picture", PutPictureAsync).WithMetadata(new RequestSizeLimitAttribute(MaxFormBytes)).DisableAntiforgery();
        routes.Device.MapPut("/commands/{command}/log", PutLogAsync).WithMetadata(new RequestSizeLimitAttribute(CommandLimits.LogBytes));
    }

    private static async Task<Created<CommandResponse>> GiveAsync(
        DeviceId device, CommandRequest request, HttpContext http, CommandDesk desk, Timeline timeline, CancellationToken cancellationToken)
    {
        AuditMiddleware.On(http, $"{device} {request.Kind.ToString().ToLowerInvariant()} {request.Camera}".TrimEnd());
        var row = await desk.GiveAsync(device, request, http.User.FindFirstValue(ClaimTypes.Name)!, cancellationToken);
        AuditMiddleware.On(http, $"{device} {row.Kind.ToString().ToLowerInvariant()} {row.Camera} {row.Id}".Replace("  ", " ", StringComparison.Ordinal));

        // what was given is written down even when the caller has gone
        await timeline.WriteAsync(device, new HappeningDraft(HappeningKind.Person, null, Told(http.User.Name(), request)), CancellationToken.None);
        return TypedResults.Created($"/api/v1/devices/{device}/commands/{row.Id}", row.Show());
    }

    private static string Told(string who, CommandRequest request) => request.Kind switch
    {
        CommandKind.Snapshot => $"{who} asked for a picture of camera {request.Camera}.",
        CommandKind.Logs => $"{who} asked for its log.",
        CommandKind.Restart => $"{who} told it to restart.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{who} asked for {request.Frames} frames of camera {request.Camera}."),
    };

    private static async Task<Page<CommandResponse>> ListAsync(
        DeviceId device, [AsParameters] PageQuery page, CommandDesk desk, DeviceDirectory devices, CancellationToken cancellationToken)
    {
        await devices.FindAsync(device, cancellationToken);
        return page.Of(await desk.ListAsync(device, page.AfterNumber(), page.Take() + 1, cancellationToken), c => c.Sequence, c => c.Show());
    }

    private static async Task<CommandResponse> GetAsync(DeviceId device, CommandId command, CommandDesk desk, CancellationToken cancellationToken) =>
        (await desk.FindAsync(device, command, cancellationToken)).Show();

    private static async Task<IResult> GetPictureAsync(DeviceId device, CommandId command, HttpContext http, CommandDesk desk, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Bytes(await desk.FileAsync(device, command, CommandKind.Snapshot, cancellationToken), "image/jpeg");
    }

    private static async Task<IResult> GetLogAsync(DeviceId device, CommandId command, CommandDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Bytes(await desk.FileAsync(device, command, CommandKind.Logs, cancellationToken), "text/plain; charset=utf-8");

    private static async Task<NoContent> PutPictureAsync(CommandId command, HttpRequest request, CommandArrival arrival, CancellationToken cancellationToken)
    {
        var form = await FrameForm.ReadAsync(request, CommandLimits.PictureBytes, cancellationToken);
        await arrival.TakeAsync(request.HttpContext.User.Device(), command, CommandKind.Snapshot, form.Jpeg, form.Meta, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> PutLogAsync(CommandId command, HttpRequest request, CommandArrival arrival, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        await arrival.TakeAsync(request.HttpContext.User.Device(), command, CommandKind.Logs, body.ToArray(), frame: null, cancellationToken);
        return TypedResults.NoContent();
    }
}

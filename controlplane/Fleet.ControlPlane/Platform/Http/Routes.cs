namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Where slices map their endpoints.</summary>
/// <param name="Operator">Below <c>/api/v1</c>, on the operator listener.</param>
/// <param name="Device">Below <c>/device/v1</c>, on the device listener, for a device's certificate unless an endpoint says otherwise.</param>
/// <param name="Root">Outside both, on the operator listener.</param>
internal sealed record Routes(IEndpointRouteBuilder Operator, IEndpointRouteBuilder Device, IEndpointRouteBuilder Root)
{
    public static Routes On(IEndpointRouteBuilder app) => new(
        app.MapGroup("/api/v1").WithMetadata(Listener.Operator).WithTags("operator"),
        app.MapGroup("/device/v1").WithMetadata(Listener.Device).RequireAuthorization(Policies.Device).WithTags("device"),
        app);
}

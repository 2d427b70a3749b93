using Fleet.ControlPlane.Platform.Idempotency;

namespace Fleet.ControlPlane.Platform.Http;

internal static class EndpointConventions
{
    /// <summary>For creates: the same <c>Idempotency-Key</c> and body within a day give the same answer.</summary>
    public static TBuilder AcceptsIdempotencyKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(IdempotencyMark.Instance);
}

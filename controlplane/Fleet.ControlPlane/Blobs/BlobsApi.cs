using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Fleet.ControlPlane.Blobs;

internal static class BlobsApi
{
    public static IServiceCollection AddBlobs(this IServiceCollection services) => services
        .AddSingleton(s => s.GetRequiredService<FleetOptions>().Blobs)
        .AddSingleton(s => new BlobStore(s.GetRequiredService<DataFolder>().Folder("blobs")));

    public static void MapBlobs(this Routes routes)
    {
        // opened with the listeners, so that leftovers go and a folder that cannot be written is known at the start
        routes.Operator.ServiceProvider.GetRequiredService<BlobStore>();

        // the store counts the bytes itself and says its limit
        routes.Operator.MapPut("/blobs/{digest}", PutAsync).RequireAuthorization(Policies.OperatorOrTrainer)
            .WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<Stream>("application/octet-stream", "*/*");
        routes.Operator.MapGet("/blobs/{digest}", Get).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Device.MapGet("/blobs/{digest}", GetReleasedAsync);
    }

    /// <summary>The blob as an answer, with Range and a tag that never changes.</summary>
    public static PhysicalFileHttpResult File(BlobStore blobs, Digest digest, string contentType)
    {
        blobs.Get(digest);
        return TypedResults.PhysicalFile(
            blobs.PathOf(digest), contentType, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue(ETags.Of(digest)));
    }

    private static async Task<Results<Created<BlobRef>, Ok<BlobRef>>> PutAsync(
        Digest digest, HttpRequest request, BlobStore blobs, BlobOptions options, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBytes)
        {
            throw new ProblemException(Problems.RequestTooLarge, $"The blob has {request.ContentLength} bytes; at most {options.MaxBytes} are taken. Send a smaller one, or raise Fleet:Blobs:MaxBytes.");
        }

        var known = blobs.Find(digest) is not null;
        var blob = await blobs.PutAsync(digest, request.Body, options.MaxBytes, cancellationToken);
        return known ? TypedResults.Ok(blob) : TypedResults.Created($"/api/v1/blobs/{digest}", blob);
    }

    private static PhysicalFileHttpResult Get(Digest digest, BlobStore blobs) => File(blobs, digest, "application/octet-stream");

    private static async Task<PhysicalFileHttpResult> GetReleasedAsync(Digest digest, BlobStore blobs, VersionCatalogue versions, CancellationToken cancellationToken) =>
        await versions.IsReleasedAsync(digest, cancellationToken)
            ? Get(digest, blobs)
            : throw new ProblemException(Problems.BlobUnknown, $"No released version has a file {digest}.");
}

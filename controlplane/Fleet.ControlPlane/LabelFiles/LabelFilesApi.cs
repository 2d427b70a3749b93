using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>What to write or read; bind with <c>[AsParameters]</c>.</summary>
/// <param name="Format">Coco, Yolo or Voc.</param>
/// <param name="Device">Out: only of this device. In: unknown pictures become samples of its camera.</param>
/// <param name="Camera">Out: only of cameras of this name. In: see <paramref name="Device"/>.</param>
/// <param name="WithPictures">Out: the pictures, too; they are left out only when asked.</param>
public readonly record struct LabelFileQuery(LabelFileFormat Format, DeviceId? Device, CameraId? Camera, [property: FromQuery(Name = "pictures")] bool? WithPictures)
{
    /// <summary>Whether the pictures are written.</summary>
    internal bool Pictures => WithPictures ?? true;
}

internal static class LabelFilesApi
{
    private const long MaxZipBytes = 1L << 30;

    public static IServiceCollection AddLabelFiles(this IServiceCollection services) => services.AddSingleton<LabelSet>();

    public static void MapLabelFiles(this Routes routes)
    {
        var api = routes.Operator.MapGroup("/label-files");
        api.MapGet("", WriteAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        api.MapGet("/losses", (LabelFileFormat format) => TypedResults.Ok(LabelFormat.Of(format).Losses.ToList())).RequireAuthorization(Policies.ViewerOrTrainer);
        api.MapPost("", ReadAsync).RequireAuthorization(Policies.Operator).WithMetadata(TakesPageCookie.Yes, new RequestSizeLimitAttribute(MaxZipBytes)).Accepts<Stream>("application/zip", "*/*");
    }

    private static async Task<PushStreamHttpResult> WriteAsync([AsParameters] LabelFileQuery query, LabelSet set, HttpContext context, CancellationToken cancellationToken)
    {
        // what goes wrong is told before the first byte is sent
        var frames = await set.FramesAsync(query, cancellationToken);
        context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        return TypedResults.Stream(into => set.WriteAsync(into, frames, query, cancellationToken), "application/zip", $"fleet-{query.Format}-{frames.Count}.zip".ToLowerInvariant());
    }

    private static async Task<Ok<LabelImport>> ReadAsync(
        [AsParameters] LabelFileQuery query, HttpRequest request, ClaimsPrincipal user, LabelSet set, DataFolder data, CancellationToken cancellationToken)
    {
        // a zip is read from its end, so it has to lie on the disk first
        var path = Path.Combine(data.Folder("incoming"), $"{Guid.NewGuid():N}.zip");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        await request.Body.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        return TypedResults.Ok(await set.ReadAsync(file, query, user.Name(), cancellationToken));
    }
}

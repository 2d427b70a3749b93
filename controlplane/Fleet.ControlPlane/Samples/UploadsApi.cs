using System.Globalization;
using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.ControlPlane.Samples;

/// <summary>Samples by resumable upload: tus 1.0.0 with creation, checksum, expiration and termination. The bytes are a line of JSON (<see cref="FrameMessage"/>), then the JPEG.</summary>
internal static class UploadsApi
{
    private const string Route = "/uploads";
    private const string Bytes = "application/offset+octet-stream";
    private const int MaxMetaBytes = 256 << 10;
    private const int MaxBytes = SamplesApi.MaxJpegBytes + MaxMetaBytes;

    public static void MapUploads(this Routes routes)
    {
        var uploads = routes.Device.MapGroup(Route).AddEndpointFilter(SpeakAsync);
        uploads.MapMethods("", [HttpMethods.Options], Options);
        uploads.MapPost("", CreateAsync);
        uploads.MapMethods("/{id:regex(^([0-9a-f]{{32}}|[0-9a-f]{{64}})$)}", [HttpMethods.Head], HeadAsync);
        uploads.MapPatch("/{id:regex(^([0-9a-f]{{32}}|[0-9a-f]{{64}})$)}", PatchAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));
        uploads.MapPost("/{id:regex(^([0-9a-f]{{32}}|[0-9a-f]{{64}})$)}", InsteadAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));
        uploads.MapDelete("/{id:regex(^([0-9a-f]{{32}}|[0-9a-f]{{64}})$)}", Delete);
    }

    private static async ValueTask<object?> SpeakAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.OnStarting(() =>
        {
            // also on problems, which begin their answer anew
            http.Response.Headers[UploadHeaders.Resumable] = UploadHeaders.Version;
            http.Response.Headers["Tus-Version"] = UploadHeaders.Version;
            return Task.CompletedTask;
        });
        if (http.Request.Method != HttpMethods.Options && http.Request.Headers[UploadHeaders.Resumable] != UploadHeaders.Version)
        {
            throw new ProblemException(Problems.UploadVersion, $"The header {UploadHeaders.Resumable} must be {UploadHeaders.Version}.");
        }

        return await next(context);
    }

    private static NoContent Options(HttpResponse response)
    {
        response.Headers["Tus-Extension"] = "creation,checksum,expiration,termination";
        response.Headers["Tus-Checksum-Algorithm"] = UploadHeaders.AllAlgorithms;
        response.Headers["Tus-Max-Size"] = MaxBytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    /// <summary>The same digest gives the same upload, with what came of it before; one that is here already is done at once.</summary>
    private static async Task<Created> CreateAsync(
        ClaimsPrincipal user, HttpRequest request, HttpResponse response, UploadFolder uploads, SampleArrival arrival, CancellationToken cancellationToken)
    {
        var length = UploadHeaders.Number(request, UploadHeaders.Length);
        if (length > MaxBytes)
        {
            throw new ProblemException(Problems.RequestTooLarge, $"The upload would have {length} bytes; at most {MaxBytes} are taken.");
        }

        var digest = UploadHeaders.DigestOf(request);
        var id = digest?.Hex ?? Guid.NewGuid().ToString("N");
        var upload = uploads.Find(user.Device(), id);
        if (upload is null || upload.LengthBytes != length)
        {
            if (upload is not null)
            {
                UploadFolder.Remove(upload);
            }

            upload = uploads.Create(user.Device(), id, length);
        }

        if (!upload.IsDone && digest is { } known && await arrival.HasAsync(known, cancellationToken))
        {
            UploadFolder.Finish(upload);
            upload = uploads.Get(user.Device(), id);
        }

        Show(response, await FinishAsync(upload, user.Device(), arrival, cancellationToken));
        return TypedResults.Created($"{request.PathBase}{request.Path.Value!.TrimEnd('/')}/{id}");
    }

    private static async Task<Ok> HeadAsync(
        string id, ClaimsPrincipal user, HttpResponse response, UploadFolder uploads, SampleArrival arrival, CancellationToken cancellationToken)
    {
        var upload = await FinishAsync(uploads.Get(user.Device(), id), user.Device(), arrival, cancellationToken);
        Show(response, upload);
        response.Headers[UploadHeaders.Length] = upload.LengthBytes.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok();
    }

    private static async Task<NoContent> PatchAsync(
        string id, HttpContext http, UploadFolder uploads, SampleArrival arrival, CancellationToken cancellationToken)
    {
        if (http.Request.ContentType != Bytes)
        {
            throw new ProblemException(Problems.UploadMedia, $"The media type must be {Bytes}.");
        }

        var (device, offset) = (http.User.Device(), UploadHeaders.Number(http.Request, UploadHeaders.Offset));
        var upload = uploads.Get(device, id);
        if (upload.IsDone && offset != upload.LengthBytes)
        {
            throw new ProblemException(Problems.UploadOffset, $"The upload is done at {upload.LengthBytes}, the bytes begin at {offset}.");
        }

        if (!upload.IsDone)
        {
            upload = await uploads.AppendAsync(upload, offset, http.Request.Body, UploadHeaders.SumOf(http.Request), cancellationToken);
        }

        Show(http.Response, await FinishAsync(upload, device, arrival, cancellationToken));
        return TypedResults.NoContent();
    }

    /// <summary>For whoever can only POST: a header says which method is meant.</summary>
    private static async Task<IResult> InsteadAsync(
        string id, HttpContext http, UploadFolder uploads, SampleArrival arrival, CancellationToken cancellationToken) => http.Request.Headers["X-HTTP-Method-Override"].ToString() switch
        {
            "PATCH" => await PatchAsync(id, http, uploads, arrival, cancellationToken),
            "DELETE" => Delete(id, http.User, uploads),
            "HEAD" => await HeadAsync(id, http.User, http.Response, uploads, arrival, cancellationToken),
            var other => throw new ProblemException(Problems.RouteMethod, $"An upload takes PATCH, HEAD and DELETE, by POST where X-HTTP-Method-Override says so; it said '{other}'."),
        };

    private static NoContent Delete(string id, ClaimsPrincipal user, UploadFolder uploads)
    {
        UploadFolder.Remove(uploads.Get(user.Device(), id));
        return TypedResults.NoContent();
    }

    /// <summary>Takes a whole upload in as a sample; until that is done its last byte is not acknowledged. One that is refused is removed.</summary>
    private static async Task<Upload> FinishAsync(Upload upload, DeviceId device, SampleArrival arrival, CancellationToken cancellationToken)
    {
        if (upload.IsDone || upload.OffsetBytes < upload.LengthBytes)
        {
            return upload;
        }

        try
        {
            await arrival.TakeAsync(device, Read(await UploadFolder.ReadAsync(upload, cancellationToken), upload.Id), cancellationToken);
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Caller or Fault.Device)
        {
            UploadFolder.Remove(upload);
            throw;
        }

        UploadFolder.Finish(upload);
        return upload with { IsDone = true };
    }

    private static FrameForm Read(byte[] bytes, string id)
    {
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        if (end is < 0 or > MaxMetaBytes)
        {
            throw new ProblemException(Problems.RequestMalformed, $"The upload must begin with a line of JSON of at most {MaxMetaBytes} bytes, the JPEG after it.");
        }

        if (bytes.Length - end - 1 > SamplesApi.MaxJpegBytes)
        {
            throw new ProblemException(Problems.RequestTooLarge, $"The picture has {bytes.Length - end - 1} bytes; at most {SamplesApi.MaxJpegBytes} are taken.");
        }

        var form = FrameForm.Of(System.Text.Encoding.UTF8.GetString(bytes, 0, end), bytes[(end + 1)..]);
        return id.Length < form.Meta.Digest.Hex.Length || form.Meta.Digest.Hex == id
            ? form
            : throw new ProblemException(Problems.BlobDigest, $"The upload was created for sha256:{id}, but holds {form.Meta.Digest}. Create one for what is to be sent.");
    }

    private static void Show(HttpResponse response, Upload upload)
    {
        response.Headers[UploadHeaders.Offset] = upload.OffsetBytes.ToString(CultureInfo.InvariantCulture);
        response.Headers[UploadHeaders.Expires] = upload.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
    }
}

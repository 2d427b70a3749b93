using System.Diagnostics;
using System.Text.Json;
using Fleet.Contracts;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Every failure leaves as an RFC 9457 problem with a code of the closed list.</summary>
internal sealed partial class ProblemAnswers(IProblemDetailsService problems, ILogger<ProblemAnswers> logger) : IExceptionHandler
{
    private const int DiskFull = 13;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (kind, detail) = Explain(exception);
        if (kind.Fault == Fault.Server)
        {
            LogUnexpected(exception, httpContext.Request.Method, httpContext.Request.Path);
        }
        else if (exception.InnerException is { } cause)
        {
            LogCause(cause, kind.Code);
        }

        if (kind.Fault == Fault.Busy && !httpContext.Response.Headers.ContainsKey("Retry-After"))
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }

        httpContext.Response.StatusCode = kind.Status;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = Of(kind, detail),
        });
    }

    /// <summary>Gives the framework's own answers (404, 405, 415, 400 of a validation) a code as well.</summary>
    public static void Customise(ProblemDetailsContext context)
    {
        var details = context.ProblemDetails;
        if (!details.Extensions.ContainsKey("code"))
        {
            var status = details.Status ?? context.HttpContext.Response.StatusCode;
            var kind = OfStatus(status, details is HttpValidationProblemDetails);
            details.Title = kind.Title;
            details.Type = $"urn:fleet:problem:{kind.Code}";
            details.Detail ??= DetailOf(kind, context.HttpContext);
            details.Extensions["code"] = kind.Code;
        }

        if (details is HttpValidationProblemDetails invalid)
        {
            invalid.Errors = invalid.Errors.ToDictionary(e => JsonNamingPolicy.CamelCase.ConvertName(e.Key), e => e.Value);
        }

        details.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
    }

    private static ProblemDetails Of(ProblemKind kind, string? detail) => new()
    {
        Type = $"urn:fleet:problem:{kind.Code}",
        Title = kind.Title,
        Status = kind.Status,
        Detail = detail,
        Extensions = { ["code"] = kind.Code },
    };

    private static (ProblemKind Kind, string? Detail) Explain(Exception exception) => exception switch
    {
        ProblemException p => (p.Kind, p.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (Problems.RequestTooLarge, "The body is larger than this address allows."),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => (Problems.RouteMethod, "The media type does not fit; send application/json."),
        BadHttpRequestException { InnerException: JsonException json } => (Problems.RequestMalformed, json.Message),
        BadHttpRequestException bad => (Problems.RequestMalformed, bad.Message),
        DbUpdateConcurrencyException => (Problems.RequestStale, "Read it again, then repeat the change."),
        DbUpdateException { InnerException: Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: DiskFull } } => (Problems.ServerDiskFull, "Nothing was stored. Free some disk where the control plane keeps its data."),
        IOException { HResult: 28 } => (Problems.ServerDiskFull, "Nothing was stored. Free some disk where the control plane keeps its data."),
        _ => (Problems.ServerUnexpected, "The server's log has the cause under this trace id."),
    };

    private static ProblemKind OfStatus(int status, bool validation) => status switch
    {
        400 => validation ? Problems.RequestInvalid : Problems.RequestMalformed,
        401 => Problems.AuthRequired,
        403 => Problems.AuthForbidden,
        404 => Problems.RouteUnknown,
        405 or 406 or 415 => Problems.RouteMethod,
        412 => Problems.RequestStale,
        413 => Problems.RequestTooLarge,
        429 => Problems.RequestTooMany,
        503 => Problems.ServerBusy,
        _ => status < 500 ? Problems.RequestMalformed : Problems.ServerUnexpected,
    };

    private static string? DetailOf(ProblemKind kind, HttpContext context) => kind switch
    {
        _ when kind == Problems.RouteUnknown => $"There is nothing at {context.Request.Path}.",
        _ when kind == Problems.RouteMethod => $"{context.Request.Method} with this media type is not possible at {context.Request.Path}.",
        _ when kind == Problems.AuthRequired => "Sign in, or send an API key as 'Authorization: Bearer KEY'.",
        _ when kind == Problems.AuthForbidden => "Your role does not allow this; ask someone with a higher one.",
        _ when kind == Problems.RequestInvalid => "See errors for each field.",
        _ => null,
    };

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception exception, string method, string path);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "Answered {Code}")]
    private partial void LogCause(Exception exception, string code);
}

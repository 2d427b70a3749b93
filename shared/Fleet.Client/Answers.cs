using System.Net;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Turns what went wrong into a problem a reader can act on.</summary>
internal static class Answers
{
    private const int LongestDetail = 2000;

    /// <summary>The problem in a refusal: the server's own where there is one, else by status.</summary>
    public static async Task<ProblemException> ProblemAsync(HttpResponseMessage response, Uri address, string path, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var problem = await ReadAsync(response, cancellationToken);
        if (problem is null)
        {
            return new ProblemException(ByStatus(response.StatusCode), $"{address} answered {status} to {path} without saying why. Is this the address of a Fleet control plane?");
        }

        var kind = Problems.All().FirstOrDefault(k => k.Code == problem.Code) ?? new ProblemKind(problem.Code, status, problem.Title, Fault.Server);
        return new ProblemException(kind, Detail(problem));
    }

    /// <summary>No answer at all.</summary>
    public static ProblemException Away(Uri address, Exception cause)
    {
        var why = cause switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e => e.InnerException?.Message ?? "no connection",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "no machine of that name is known",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "its certificate is not trusted, or it does not speak TLS",
            HttpRequestException or IOException => "the connection broke off",
            _ => "it did not answer in time",
        };
        return new ProblemException(Problems.ServerBusy, $"No control plane answers at {address}: {why}. Start it, or give the address where it runs.", cause);
    }

    /// <summary>An answer of another shape than the contract's.</summary>
    public static ProblemException Unreadable(Uri address, string path, string what, Exception? cause = null) =>
        new(Problems.ServerUnexpected, $"{address} gave {what} to {path}. Is this the address of a Fleet control plane of this version?", cause);

    private static string Detail(ProblemResponse problem)
    {
        var fields = problem.Errors?.Select(e => $"{e.Key}: {string.Join(' ', e.Value)}") ?? [];
        var text = string.Join(' ', fields.Prepend(problem.Detail ?? problem.Title));
        return text.Length <= LongestDetail ? text : text[..LongestDetail] + "…";
    }

    private static async Task<ProblemResponse?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(bytes, FleetJson.Tolerant.ProblemResponse);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // the status still says what kind of refusal it was
            return null;
        }
    }

    private static ProblemKind ByStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => Problems.AuthRequired,
        HttpStatusCode.Forbidden => Problems.AuthForbidden,
        HttpStatusCode.NotFound => Problems.RouteUnknown,
        HttpStatusCode.MethodNotAllowed => Problems.RouteMethod,
        HttpStatusCode.PreconditionFailed => Problems.RequestStale,
        HttpStatusCode.RequestEntityTooLarge => Problems.RequestTooLarge,
        HttpStatusCode.TooManyRequests => Problems.RequestTooMany,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => Problems.ServerBusy,
        HttpStatusCode.InsufficientStorage => Problems.ServerDiskFull,
        >= HttpStatusCode.InternalServerError => Problems.ServerUnexpected,
        _ => Problems.RequestMalformed,
    };
}

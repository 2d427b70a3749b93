using System.Globalization;

namespace Fleet.ControlPlane.Tests.Samples;

/// <summary>A whole upload in two requests.</summary>
internal static class Resumable
{
    /// <returns>What was answered to its bytes, or to its creation where that was refused.</returns>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient http, byte[] bytes, CancellationToken cancellationToken)
    {
        using var create = new HttpRequestMessage(HttpMethod.Post, "/device/v1/uploads") { Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", bytes.Length.ToString(CultureInfo.InvariantCulture) } } };
        var created = await http.SendAsync(create, cancellationToken);
        if (!created.IsSuccessStatusCode)
        {
            return created;
        }

        using var patch = new HttpRequestMessage(HttpMethod.Patch, created.Headers.Location) { Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } } };
        patch.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/offset+octet-stream") } };
        created.Dispose();
        return await http.SendAsync(patch, cancellationToken);
    }
}

using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Releases;

/// <summary>Reads what an unverified <c>targets.json</c> claims; signatures are judged elsewhere.</summary>
internal static class TargetsDraft
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: it is not such a file.</exception>
    public static Dictionary<string, TargetFile> Read(byte[] targets)
    {
        try
        {
            using var document = JsonDocument.Parse(targets, Strict);
            return document.RootElement.GetProperty("signed").GetProperty("targets").EnumerateObject().ToDictionary(t => t.Name, File);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ProblemException(Problems.ReleaseUntrusted, "This is not TUF targets metadata. Send the targets.json that the publisher signed.", e);
        }
    }

    private static TargetFile File(JsonProperty target) => new(
        target.Name,
        Digest.FromHex(target.Value.GetProperty("hashes").GetProperty("sha256").GetString() ?? ""),
        target.Value.GetProperty("length").GetInt64());
}

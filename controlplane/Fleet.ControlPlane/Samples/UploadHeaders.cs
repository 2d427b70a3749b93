using System.Globalization;
using System.Security.Cryptography;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Samples;

/// <summary>Headers of the tus protocol, 1.0.0 (tus.io/protocols/resumable-upload).</summary>
internal static class UploadHeaders
{
    public const string Version = "1.0.0";
    public const string Resumable = "Tus-Resumable";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Expires = "Upload-Expires";
    private const string Metadata = "Upload-Metadata";
    private const string Checksum = "Upload-Checksum";
    private static readonly Dictionary<string, (HashAlgorithmName Name, int Bytes)> Algorithms = new(StringComparer.Ordinal)
    {
        ["sha256"] = (HashAlgorithmName.SHA256, 32),
        ["sha1"] = (HashAlgorithmName.SHA1, 20),
    };

    public static string AllAlgorithms => string.Join(',', Algorithms.Keys);

    /// <exception cref="ProblemException">It is missing or no length.</exception>
    public static long Number(HttpRequest request, string name) =>
        long.TryParse(request.Headers[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProblemException(Problems.RequestMalformed, $"The header {name} is missing or no whole number.");

    /// <summary>The digest that the metadata name, so that the same sample is the same upload; null where they name none.</summary>
    public static Digest? DigestOf(HttpRequest request)
    {
        foreach (var pair in request.Headers[Metadata].ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            if (pair.Split(' ') is ["digest", var value])
            {
                return Digest.TryParse(Text(value), null, out var digest)
                    ? digest
                    : throw new ProblemException(Problems.RequestMalformed, "The metadata's digest is none; wanted sha256: and 64 hex digits, in base64.");
            }
        }

        return null;
    }

    /// <summary>The checksum of the body; null where it came without.</summary>
    public static UploadSum? SumOf(HttpRequest request)
    {
        if (request.Headers[Checksum].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        var value = new byte[64];
        return text.Split(' ') is [var name, var sum] && Algorithms.TryGetValue(name, out var algorithm)
            && Convert.TryFromBase64String(sum, value, out var length) && length == algorithm.Bytes
            ? new UploadSum(algorithm.Name, value[..length])
            : throw new ProblemException(Problems.RequestMalformed, $"The header {Checksum} cannot be used; wanted one of {AllAlgorithms}, a space, and the checksum in base64.");
    }

    private static string Text(string base64)
    {
        var bytes = new byte[256];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : "";
    }
}

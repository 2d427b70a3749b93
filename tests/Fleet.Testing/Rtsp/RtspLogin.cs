using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Testing.Rtsp;

/// <summary>Who may look, asked for as cameras do it.</summary>
/// <param name="User">Name.</param>
/// <param name="Password">Secret.</param>
/// <param name="IsDigest">RFC 7616 with MD5, as nearly every camera has it; else Basic.</param>
public sealed partial record RtspLogin(string User, string Password, bool IsDigest = true)
{
    private const string Realm = "camera";
    private readonly string _nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);

    internal string Challenge => IsDigest ? $"Digest realm=\"{Realm}\", nonce=\"{_nonce}\"" : $"Basic realm=\"{Realm}\"";

    internal bool Accepts(RtspRequest request)
    {
        var given = request.Header("Authorization");
        if (!IsDigest)
        {
            return given == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        }

        var parts = Part().Matches(given).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        var expected = Md5($"{Md5($"{User}:{Realm}:{Password}")}:{_nonce}:{Md5($"{request.Method}:{parts.GetValueOrDefault("uri")}")}");
        return parts.GetValueOrDefault("username") == User && parts.GetValueOrDefault("response") == expected;
    }

#pragma warning disable CA5351 // the protocol wants it
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("([a-z]+)=\"([^\"]*)\"")]
    private static partial Regex Part();
}

using System.Globalization;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A metadata file that was read but not verified: nothing of it counts before <see cref="TufRole.Verify"/>.</summary>
internal sealed class TufDocument
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private TufDocument(string role, byte[] bytes, string kind)
    {
        Role = role;
        Bytes = bytes;
        using var document = ParseJson(role, bytes);
        var file = document.RootElement.Clone();
        Signed = file.Member("signed", JsonValueKind.Object, role);
        SignedBytes = Canonical(role, Signed);
        Signatures = ReadSignatures(file.Member("signatures", JsonValueKind.Array, role), role);
        RequireKind(kind);
        Version = Signed.Whole("version", 1, role);
        ExpiresAt = ReadTime(Signed.Text("expires", role));
    }

    /// <summary>root, timestamp, snapshot, targets, or the name of a delegated role.</summary>
    public string Role { get; }

    /// <summary>The file as received.</summary>
    public byte[] Bytes { get; }

    public JsonElement Signed { get; }

    /// <summary>What signatures are on: the canonical form of <see cref="Signed"/>, fields we do not know included.</summary>
    public byte[] SignedBytes { get; }

    /// <summary>Hex signature by key id.</summary>
    public IReadOnlyDictionary<string, string> Signatures { get; }

    public long Version { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static TufDocument Parse(string role, byte[] bytes) => new(role, bytes, role);

    /// <summary>Reads the file of a delegated role, which is a targets file under the role's own name.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static TufDocument ParseDelegated(string role, byte[] bytes) => new(role, bytes, TufRoles.Targets);

    public static string WriteTime(DateTimeOffset at) => at.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Whether it is the file that <paramref name="named"/> speaks of and still valid, so that it need not be fetched again.</summary>
    public bool IsCurrent(MetaFile named, TimeProvider time) =>
        Version == named.Version && named.Fits(Bytes) && time.GetUtcNow() < ExpiresAt;

    public void RequireFresh(TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (now >= ExpiresAt)
        {
            throw new ProblemException(
                Problems.TrustExpired,
                $"The {Role} metadata version {Version} expired at {WriteTime(ExpiresAt)}, and it is {WriteTime(now)}; wanted one that is still valid: check the clock, then have it signed again.");
        }
    }

    private static JsonDocument ParseJson(string role, byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The {role} metadata ({bytes.Length} bytes) is not JSON, or names a member twice.", e);
        }
    }

    private static byte[] Canonical(string role, JsonElement signed)
    {
        try
        {
            return CanonicalJson.Of(signed);
        }
        catch (ProblemException e)
        {
            throw new ProblemException(e.Kind, $"The {role} metadata cannot be brought into the form that is signed. {e.Message}", e);
        }
    }

    private static Dictionary<string, string> ReadSignatures(JsonElement signatures, string role)
    {
        var byKey = new Dictionary<string, string>();
        foreach (var signature in signatures.EnumerateArray())
        {
            var keyId = signature.Text("keyid", role);
            if (!byKey.TryAdd(keyId, signature.Text("sig", role)))
            {
                throw new ProblemException(Problems.TrustMalformed, $"The {role} metadata has two signatures of the key {keyId}; each key signs once.");
            }
        }

        return byKey;
    }

    private void RequireKind(string wanted)
    {
        var (kind, specification) = (Signed.Text("_type", Role), Signed.Text("spec_version", Role));
        if (kind != wanted)
        {
            throw new ProblemException(Problems.TrustMalformed, $"A file of the kind '{kind}' was given where {Role} metadata is wanted.");
        }

        if (!specification.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new ProblemException(Problems.TrustMalformed, $"The {Role} metadata is written for version '{specification}' of the specification; wanted 1.x.");
        }
    }

    private DateTimeOffset ReadTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new ProblemException(Problems.TrustMalformed, $"The {Role} metadata expires at '{text}'; wanted a time such as 2030-01-31T12:00:00Z.");
}

using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Dead Simple Signing Envelope: a signature over payload type and payload bytes, so that nothing has to be brought into canonical form.</summary>
internal static class Dsse
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static byte[] Seal(string payloadType, byte[] payload, SigningKey key) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["payloadType"] = payloadType,
        ["payload"] = Convert.ToBase64String(payload),
        ["signatures"] = new JsonArray((JsonNode)new JsonObject
        {
            ["keyid"] = key.Public.KeyId,
            ["sig"] = Convert.ToBase64String(key.Sign(PreAuthEncoding(payloadType, payload))),
        }),
    }.ToJsonString());

    /// <summary>The payload of an envelope that <paramref name="key"/> signed.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/> or <see cref="Problems.TrustSignature"/>.</exception>
    public static byte[] Open(string payloadType, ReadOnlyMemory<byte> envelope, PublicKey key)
    {
        var (type, payload, signatures) = Read(envelope);
        if (type != payloadType)
        {
            throw new ProblemException(Problems.TrustMalformed, $"An envelope of type '{type}' was given; wanted {payloadType}.");
        }

        var content = PreAuthEncoding(type, payload);
        return signatures.Any(signature => key.Verify(content, signature))
            ? payload
            : throw new ProblemException(Problems.TrustSignature, $"None of the {signatures.Count} signatures of the envelope is of the director {key.KeyId} that the root names; fetch the newest root, or sign with that key.");
    }

    private static (string Type, byte[] Payload, IReadOnlyList<byte[]> Signatures) Read(ReadOnlyMemory<byte> envelope)
    {
        try
        {
            using var document = JsonDocument.Parse(envelope, Strict);
            var root = document.RootElement;
            var signatures = root.Member("signatures", JsonValueKind.Array, "envelope").EnumerateArray().Take(8).Select(s => Bytes(s.Text("sig", "envelope")));
            return (root.Text("payloadType", "envelope"), Bytes(root.Text("payload", "envelope")), signatures.ToList());
        }
        catch (Exception e) when (e is JsonException or FormatException or ProblemException)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The envelope ({envelope.Length} bytes) cannot be read; wanted a DSSE envelope in JSON with payloadType, payload and signatures.", e);
        }
    }

    /// <summary>DSSE allows base64 in both alphabets.</summary>
    private static byte[] Bytes(string text) => text.AsSpan().ContainsAny('-', '_') ? Base64Url.DecodeFromChars(text) : Convert.FromBase64String(text);

    private static byte[] PreAuthEncoding(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "), .. payload];
}

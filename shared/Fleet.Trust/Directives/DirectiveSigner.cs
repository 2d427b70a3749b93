using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Signs directives: DSSE envelopes around a <see cref="Desired"/>.</summary>
public static class DirectiveSigner
{
    /// <summary>The signed type of the payload.</summary>
    public const string PayloadType = "application/vnd.fleet.desired+json";

    /// <summary>Whether an envelope of <see cref="Sign"/> says that this key signed it; nothing is verified.</summary>
    public static bool Names(ReadOnlySpan<byte> envelope, string keyId) => envelope.IndexOf(System.Text.Encoding.ASCII.GetBytes(keyId)) >= 0;

    /// <summary>An envelope around <paramref name="desired"/>, UTF-8 JSON, ready to be stored and sent. Sign a generation once and store the result: the bytes differ each time.</summary>
    public static byte[] Sign(Desired desired, SigningKey director)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(director);
        return Dsse.Seal(PayloadType, JsonSerializer.SerializeToUtf8Bytes(desired, FleetJson.Strict.Desired), director);
    }
}

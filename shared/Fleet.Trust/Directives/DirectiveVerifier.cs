using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>What a device knows before it reads a directive.</summary>
/// <param name="Device">Itself.</param>
/// <param name="Tenant">Its control plane.</param>
/// <param name="LastGeneration">The newest generation it accepted; 0 before the first.</param>
/// <param name="LastPayload">Digest of that directive's payload; null before the first.</param>
public sealed record DirectiveReader(DeviceId Device, string Tenant, long LastGeneration, Digest? LastPayload);

/// <summary>A directive that may be acted on. Store generation and payload digest before acting.</summary>
/// <param name="Desired">What it says.</param>
/// <param name="Payload">SHA-256 of the signed payload.</param>
/// <param name="IsRepeat">The device accepted exactly this before.</param>
public sealed record Directive(Desired Desired, Digest Payload, bool IsRepeat);

/// <summary>Reads directives and refuses all that are not for this device, now.</summary>
public static class DirectiveVerifier
{
    /// <summary>Longer envelopes are refused unread.</summary>
    public const int MaxBytes = 2 << 20;

    /// <summary>Verifies an envelope. The signature is checked before the payload is read.</summary>
    /// <param name="envelope">As received.</param>
    /// <param name="director">From <see cref="TrustedTargets.Director"/>.</param>
    /// <param name="reader">What the device knows.</param>
    /// <param name="time">Best a <see cref="FlooredClock"/>; raise it with <see cref="Desired.IssuedAt"/> afterwards.</param>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.TrustMalformed"/>, <see cref="Problems.TrustSignature"/>, <see cref="Problems.TrustAddressee"/>, <see cref="Problems.TrustExpired"/>
    /// or <see cref="Problems.TrustRollback"/> (a lower generation, or the same with another payload).
    /// </exception>
    public static Directive Verify(ReadOnlyMemory<byte> envelope, PublicKey director, DirectiveReader reader, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(director);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(time);
        if (envelope.Length > MaxBytes)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The directive has {envelope.Length} bytes; {MaxBytes} is the most that is read.");
        }

        var payload = Dsse.Open(DirectiveSigner.PayloadType, envelope, director);
        var desired = Read(payload);
        RequireAddressee(desired, reader);
        RequireFresh(desired, time);
        var digest = Digest.Of(payload);
        return new Directive(desired, digest, IsRepeat(desired, digest, reader));
    }

    private static Desired Read(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, FleetJson.Tolerant.Desired) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The signed payload ({payload.Length} bytes) is no desired state as this agent knows it; update the agent.", e);
        }
    }

    private static void RequireAddressee(Desired desired, DirectiveReader reader)
    {
        if (desired.Device != reader.Device || desired.Tenant != reader.Tenant)
        {
            throw new ProblemException(
                Problems.TrustAddressee,
                $"The directive is for device {desired.Device} of {desired.Tenant}; this is {reader.Device} of {reader.Tenant}.");
        }
    }

    private static void RequireFresh(Desired desired, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (now >= desired.ExpiresAt)
        {
            throw new ProblemException(Problems.TrustExpired, $"Directive {desired.Generation} expired at {desired.ExpiresAt:u}, and it is {now:u}; what runs goes on until a newer one comes.");
        }
    }

    private static bool IsRepeat(Desired desired, Digest payload, DirectiveReader reader)
    {
        if (desired.Generation < 1 || desired.Generation < reader.LastGeneration)
        {
            throw new ProblemException(Problems.TrustRollback, $"Directive {desired.Generation} was given, but {reader.LastGeneration} was accepted before; wanted a higher generation.");
        }

        if (desired.Generation > reader.LastGeneration)
        {
            return false;
        }

        return payload == reader.LastPayload
            ? true
            : throw new ProblemException(Problems.TrustRollback, $"Directive {desired.Generation} was accepted before with another content; a generation is never used twice.");
    }
}

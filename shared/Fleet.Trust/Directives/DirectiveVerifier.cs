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
    /// <summary>Verifies an envelope. The signature is checked before the payload is read.</summary>
    /// <param name="envelope">As received.</param>
    /// <param name="director">From <see cref="TrustedTargets.Director"/>.</param>
    /// <param name="reader">What the device knows.</param>
    /// <param name="time">Best a <see cref="FlooredClock"/>; raise it with <see cref="Desired.IssuedAt"/> afterwards.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>, <see cref="Problems.TrustSignature"/>, <see cref="Problems.TrustAddressee"/>, <see cref="Problems.TrustExpired"/> or <see cref="Problems.TrustRollback"/> (a lower generation, or the same with another payload).</exception>
    public static Directive Verify(ReadOnlyMemory<byte> envelope, PublicKey director, DirectiveReader reader, TimeProvider time) => throw new NotImplementedException();
}

/// <summary>Holds a directive against the released files.</summary>
public static class DesiredCheck
{
    /// <summary>Every file of every version must be released for that version with the same length and digest.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>.</exception>
    public static void Check(Desired desired, TrustedTargets released) => throw new NotImplementedException();
}

using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>What a person who releases versions does, away from the server.</summary>
public static class Publisher
{
    /// <summary>Adds a version's files to <c>targets.json</c> and signs it.</summary>
    /// <param name="root">The root the publisher trusts, as served.</param>
    /// <param name="currentTargets">The current <c>targets.json</c>; verified against <paramref name="root"/>.</param>
    /// <param name="version">What is released.</param>
    /// <param name="files">All files of the version.</param>
    /// <param name="key">The publisher's key.</param>
    /// <param name="time">The clock; the signature holds for 90 days.</param>
    /// <returns>The new file; <paramref name="currentTargets"/> itself where all files are in it already.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.TrustSignature"/>: root or targets are not signed as they must be, or the root does not name this key; <see cref="Problems.TrustMismatch"/>: a path is there with other bytes.</exception>
    public static byte[] Add(byte[] root, byte[] currentTargets, VersionId version, IReadOnlyList<TargetFile> files, SigningKey key, TimeProvider time) => throw new NotImplementedException();
}

namespace Fleet.Trust;

/// <summary>Who may sign what, and until when it holds: what a person looks at before a ceremony.</summary>
/// <param name="Root">Who signs roots, in root version <see cref="Signers.Version"/>.</param>
/// <param name="Publishers">Who signs releases.</param>
/// <param name="Releases">Files that are released.</param>
/// <param name="Draft">Keys that signed the release which waits; null where none waits.</param>
public sealed record SigningRoles(Signers Root, Signers Publishers, int Releases, IReadOnlyList<string>? Draft)
{
    /// <summary>Models of which devices install no older release any more.</summary>
    public IReadOnlyList<ReleaseFloor> Floors { get; init; } = [];

    /// <summary>Reads verified metadata.</summary>
    /// <param name="root">The newest root.</param>
    /// <param name="targets">The <c>targets.json</c> in force.</param>
    /// <param name="draft">Its successor that lacks signatures, or null.</param>
    /// <exception cref="Contracts.ProblemException">A <c>Trust…</c> problem: a file is damaged or not signed as it must be.</exception>
    public static SigningRoles Read(byte[] root, byte[] targets, byte[]? draft)
    {
        var trusted = RootMetadata.ParseSelfSigned(root);
        var released = TargetsMetadata.Read(trusted.Verify(TufRoles.Targets, targets));
        return new SigningRoles(
            Of(trusted.Document, trusted.Roles[TufRoles.Root]),
            Of(released.Document, trusted.Roles[TufRoles.Targets]),
            released.Entries.Count,
            draft is null ? null : trusted.Roles[TufRoles.Targets].Who(TufDocument.Parse(TufRoles.Targets, draft)))
        {
            Floors = released.Under(trusted).ListFloors(),
        };
    }

    private static Signers Of(TufDocument document, TufRole role) => new(document.Version, document.ExpiresAt, (int)role.Threshold, [.. role.Keys.Select(k => k.KeyId)]);
}

/// <summary>The keys of a role.</summary>
/// <param name="Version">Of the file they signed.</param>
/// <param name="ExpiresAt">When their signatures on it end.</param>
/// <param name="Needed">How many of them must sign.</param>
/// <param name="KeyIds">Ids of the keys.</param>
public sealed record Signers(long Version, DateTimeOffset ExpiresAt, int Needed, IReadOnlyList<string> KeyIds);

namespace Fleet.Trust;

/// <summary>What a key ceremony changes. What is not named stays.</summary>
public sealed record KeyChange
{
    /// <summary>Keys that may sign releases from now on, beside those that may already.</summary>
    public IReadOnlyList<PublicKey> AddPublishers { get; init; } = [];

    /// <summary>Keys that may sign roots from now on.</summary>
    public IReadOnlyList<PublicKey> AddRoots { get; init; } = [];

    /// <summary>Ids of publisher and root keys that count for nothing any more.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>How many publishers must sign a release: 2 asks for an approver; null leaves it.</summary>
    public int? Publishers { get; init; }

    /// <summary>How many root keys must sign the next root; null leaves it.</summary>
    public int? Roots { get; init; }

    /// <summary>The server's own next keys, which take the place of those it has; null leaves them.</summary>
    public OnlinePublicKeys? Online { get; init; }
}

/// <summary>Public halves of the keys that a server holds.</summary>
/// <param name="Snapshot">Says which lists belong together.</param>
/// <param name="Timestamp">Says what is current.</param>
/// <param name="Director">Signs directives.</param>
public sealed record OnlinePublicKeys(PublicKey Snapshot, PublicKey Timestamp, PublicKey Director);

/// <summary>A change of keys on its way from signer to signer, then handed to the server.</summary>
/// <param name="Root">The next root, to be signed by enough keys of the one before and of its own.</param>
/// <param name="Targets">The released files, signed anew; null where the signatures on them still suffice.</param>
public sealed record SignedKeys(byte[] Root, byte[]? Targets);

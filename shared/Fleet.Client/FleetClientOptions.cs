using System.Security.Cryptography.X509Certificates;

namespace Fleet.Client;

/// <summary>Where a control plane is and who speaks to it.</summary>
public sealed record FleetClientOptions
{
    /// <summary>Address of the operator listener, such as <c>http://127.0.0.1:8080</c>; a path is kept as a prefix.</summary>
    public required Uri Address { get; init; }

    /// <summary>Session token or API key; null for the calls that need none.</summary>
    public string? Token { get; init; }

    /// <summary>The only authority trusted, instead of the system's, for a control plane with a private CA.</summary>
    public X509Certificate2? TrustedRoot { get; init; }

    /// <summary>How long one attempt of a call may take until its answer begins; blobs and changes have no limit once they flow.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idempotent call is tried again while the server is away or busy, 0 to 10.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>First wait between two attempts; it doubles, with some chance in it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

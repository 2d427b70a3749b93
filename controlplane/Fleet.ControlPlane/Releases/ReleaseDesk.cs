using Fleet.Contracts;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Registry;

namespace Fleet.ControlPlane.Releases;

/// <summary>Takes a publisher's signed list of files and lets versions follow it.</summary>
internal sealed class ReleaseDesk(ServerTrust trust, VersionCatalogue versions, Wake<DirectiveReconciler> directives) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(initialCount: 1);

    /// <returns>Whether it is in force; false where it waits for another publisher's signature.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: nothing was accepted.</exception>
    public async Task<bool> AcceptAsync(byte[] signedTargets, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await RefuseContradictionAsync(TargetsDraft.Read(signedTargets), cancellationToken);
            if (trust.Releases.Hold(signedTargets))
            {
                return false;
            }

            var accepted = trust.Releases.AcceptTargets(signedTargets);

            // once it is accepted it stands: a caller who hangs up must not leave the versions behind
            await versions.ReleaseAsync(accepted.Contains, CancellationToken.None);
            return true;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Takes the next root: who may sign from now on.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: nothing was accepted.</exception>
    public async Task AcceptRootAsync(RootRequest signed, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (signed.Targets is { } targets)
            {
                await RefuseContradictionAsync(TargetsDraft.Read(targets), cancellationToken);
            }

            trust.Releases.AcceptRoot(signed.Root, signed.Targets);
            await versions.ReleaseAsync(trust.Releases.Released().Contains, CancellationToken.None);

            // another director signs every directive anew
            directives.Now();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Public halves of this server's next keys, for a root to name.</summary>
    public OnlineKeysResponse NextOnlineKeys()
    {
        var next = trust.Releases.NextOnlineKeys();
        return new OnlineKeysResponse(next.Snapshot.ToPem(), next.Timestamp.ToPem(), next.Director.ToPem());
    }

    /// <summary>Makes versions follow what is signed, also where the process died between the two, and keeps the timestamp fresh.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            trust.Releases.RefreshTimestamp();
            await versions.ReleaseAsync(trust.Releases.Released().Contains, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task RefuseContradictionAsync(Dictionary<string, TargetFile> signed, CancellationToken cancellationToken)
    {
        foreach (var file in await versions.FilesAsync(signed.Keys, cancellationToken))
        {
            var claim = signed[file.Path];
            if (claim != file)
            {
                throw new ProblemException(
                    Problems.ReleaseUntrusted,
                    $"{file.Path} is signed as {claim.Digest} with {claim.SizeBytes} bytes, but was registered as {file.Digest} with {file.SizeBytes} bytes. Sign the files that GET /api/v1/versions lists.");
            }
        }
    }
}

using Fleet.Agent.Commands;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>What this device believes: release metadata, and directives signed by the director that it names.</summary>
internal sealed class ReleaseTrust : IDisposable
{
    private readonly TufClient _client;
    private readonly StateStore _store;
    private readonly EnrolResponse _enrolment;
    private readonly TimeProvider _time;
    private readonly FlooredClock _clock;
    private readonly SemaphoreSlim _one = new(1);
    private volatile ReportedProblem? _stale;

    public ReleaseTrust(AgentPaths paths, StateStore store, EnrolResponse enrolment, DeviceApi api, TimeProvider time)
    {
        (_store, _enrolment, _time) = (store, enrolment, time);
        _clock = new FlooredClock(time, store.Current.ClockFloor);
        _client = new TufClient(paths.Trust, api.TrustAsync, _clock);
    }

    /// <summary>Why the newest release metadata was not believed; null when it was.</summary>
    public ReportedProblem? Stale { get => _stale; private set => _stale = value; }

    /// <summary>Verifies an envelope and stores what it says. The same again changes nothing. A director that a root put in another's place begins to count anew: the other's key may have been stolen.</summary>
    /// <exception cref="ProblemException">One of the <c>Trust…</c> problems; nothing was changed.</exception>
    public async Task<(Desired Desired, bool IsNew)> AcceptAsync(byte[] envelope, CancellationToken cancellationToken)
    {
        var director = (await CurrentAsync(cancellationToken)).Director
            ?? throw new ProblemException(Problems.TrustSignature, "The release metadata names no key that signs directives. Ask the operator to renew the root.");
        var state = _store.Current;
        var isReplaced = state.Director is { } known && known != director.KeyId;
        var reader = isReplaced
            ? new DirectiveReader(_enrolment.Device, _enrolment.Tenant, LastGeneration: 0, LastPayload: null)
            : new DirectiveReader(_enrolment.Device, _enrolment.Tenant, state.SeenGeneration, state.SeenPayload);
        var directive = DirectiveVerifier.Verify(envelope, director, reader, isReplaced ? _time : _clock);
        if (isReplaced)
        {
            _clock.Restart(directive.Desired.IssuedAt);
            await CurrentAsync(cancellationToken);
        }

        _clock.Raise(directive.Desired.IssuedAt);
        if (!directive.IsRepeat)
        {
            _store.Change(s => OnlyCommands.Carry(isReplaced ? s.ForgetCounts() : s, directive.Desired) with
            {
                SeenGeneration = directive.Desired.Generation,
                SeenPayload = directive.Payload,
                Director = director.KeyId,
                Desired = directive.Desired,
                ClockFloor = _clock.Floor,
            });
        }

        return (directive.Desired, !directive.IsRepeat);
    }

    /// <summary>Directive and fresh release metadata must agree on every file of <paramref name="version"/>.</summary>
    /// <exception cref="ProblemException">One of the <c>Trust…</c> problems.</exception>
    public async Task MustBeReleasedAsync(Installed version, CancellationToken cancellationToken)
    {
        var released = await RefreshAsync(version.Files, cancellationToken);
        if (_store.Current.Desired is { } desired)
        {
            // cameras that run something else, or run this one in the shadow only, are no part of the question
            DesiredCheck.Check(
                desired with { Versions = [new DesiredVersion(version.Version, version.Variant, version.Files)], Cameras = [.. desired.Cameras.Where(c => c.Version == version.Version)] },
                released);
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The newest metadata there is; what the device holds already where the link is away, the disk full (a directive may be what frees it) or new metadata not to be trusted.</summary>
    private async Task<TrustedTargets> CurrentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RefreshAsync([], cancellationToken);
        }
        catch (Exception e) when (e is ProblemException || DiskRoom.IsMissing(e) || Connection.IsPassing(e))
        {
            return _client.Load();
        }
    }

    /// <summary>Whoever keeps new metadata from a device can freeze it on an old version: a person has to know.</summary>
    private async Task<TrustedTargets> RefreshAsync(IReadOnlyList<TargetFile> files, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var released = await _client.RefreshAsync(cancellationToken);
            var all = await WithDelegatedAsync(released, files, cancellationToken);
            Stale = null;
            return all;
        }
        catch (ProblemException e) when (e.Kind.Code.StartsWith("trust.", StringComparison.Ordinal))
        {
            Stale = new ReportedProblem(e.Kind.Code, $"Newer release metadata was not to be believed, so no version is installed: {e.Message}");
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Who signs for a file may be a role that the publishers let sign for its path.</summary>
    private async Task<TrustedTargets> WithDelegatedAsync(TrustedTargets released, IReadOnlyList<TargetFile> files, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, TrustedTarget>(released.Files);
        foreach (var path in files.Select(f => f.Path).Where(path => !all.ContainsKey(path)))
        {
            if (await _client.FindAsync(path, cancellationToken) is { } found && found.ByDigest() is { } target)
            {
                all.Add(path, target);
            }
        }

        return released with { Files = all };
    }
}

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
    private readonly FlooredClock _clock;
    private readonly SemaphoreSlim _one = new(1);

    public ReleaseTrust(AgentPaths paths, StateStore store, EnrolResponse enrolment, DeviceApi api, TimeProvider time)
    {
        (_store, _enrolment) = (store, enrolment);
        _clock = new FlooredClock(time, store.Current.ClockFloor);
        _client = new TufClient(paths.Trust, api.TrustAsync, _clock);
    }

    /// <summary>Verifies an envelope and stores what it says. The same again changes nothing.</summary>
    /// <exception cref="ProblemException">One of the <c>Trust…</c> problems; nothing was changed.</exception>
    public async Task<(Desired Desired, bool IsNew)> AcceptAsync(byte[] envelope, CancellationToken cancellationToken)
    {
        var director = (await CurrentAsync(cancellationToken)).Director
            ?? throw new ProblemException(Problems.TrustSignature, "The release metadata names no key that signs directives. Ask the operator to renew the root.");
        var state = _store.Current;
        var reader = new DirectiveReader(_enrolment.Device, _enrolment.Tenant, state.SeenGeneration, state.SeenPayload);
        var directive = DirectiveVerifier.Verify(envelope, director, reader, _clock);
        _clock.Raise(directive.Desired.IssuedAt);
        if (!directive.IsRepeat)
        {
            _store.Change(s => OnlyCommands.Carry(s, directive.Desired) with
            {
                SeenGeneration = directive.Desired.Generation,
                SeenPayload = directive.Payload,
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
        var released = await RefreshAsync(cancellationToken);
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
            return await RefreshAsync(cancellationToken);
        }
        catch (Exception e) when (e is ProblemException || DiskRoom.IsMissing(e) || Connection.IsPassing(e))
        {
            return _client.Load();
        }
    }

    private async Task<TrustedTargets> RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await _client.RefreshAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }
}

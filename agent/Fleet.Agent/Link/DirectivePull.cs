using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Link;

/// <summary>Asks for the newest directive and accepts it if it may be believed.</summary>
internal sealed partial class DirectivePull(DeviceApi api, ReleaseTrust trust, ILogger<DirectivePull> log)
{
    private volatile ReportedProblem? _refused;

    /// <summary>Raised when a directive was refused or accepted.</summary>
    public event Action? Judged;

    /// <summary>Why the newest directive, or the release metadata that it is judged by, was refused; null when neither was.</summary>
    public ReportedProblem? Refused => _refused ?? trust.Stale;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await api.DesiredAsync(cancellationToken) is not { } pulled)
        {
            return;
        }

        try
        {
            var (desired, isNew) = await trust.AcceptAsync(pulled.Envelope, cancellationToken);
            _refused = null;
            api.Accepted(pulled.Tag);
            if (isNew)
            {
                Accepted(log, desired.Generation);
            }
        }
        catch (ProblemException e)
        {
            if (_refused?.Detail != e.Message)
            {
                Refuse(log, e.Kind.Code, e.Message);
            }

            _refused = new ReportedProblem(e.Kind.Code, e.Message);
        }

        Judged?.Invoke();
    }

    [LoggerMessage(1510, LogLevel.Information, "Directive {Generation} is accepted.")]
    private static partial void Accepted(ILogger log, long generation);

    [LoggerMessage(1511, LogLevel.Warning, "A directive was refused ({Code}): {Reason}")]
    private static partial void Refuse(ILogger log, string code, string reason);
}

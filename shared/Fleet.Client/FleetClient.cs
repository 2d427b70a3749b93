using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Typed client of the operator API, grouped as the API is. Safe to share between threads.</summary>
/// <remarks>Every call fails with a <see cref="ProblemException"/>: with the server's own code and detail, or with
/// <see cref="Problems.ServerBusy"/> and a sentence that names the address when no server answers.
/// Only idempotent calls are tried again: reads, PUT, DELETE, and creates, which carry an idempotency key.</remarks>
public sealed class FleetClient : IDisposable
{
    private readonly Wire _wire;
    private readonly HttpClient? _owned;

    /// <summary>Opens a client with a connection pool of its own.</summary>
    public FleetClient(FleetClientOptions options)
        : this(options, new HttpClient(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan }, owned: true)
    {
    }

    /// <summary>Opens a client over <paramref name="http"/>, which stays the caller's; its base address and headers are not used.</summary>
    public FleetClient(FleetClientOptions options, HttpClient http)
        : this(options, http, owned: false)
    {
    }

    private FleetClient(FleetClientOptions options, HttpClient http, bool owned)
        : this(new Wire(http, options), owned ? http : null)
    {
    }

    private FleetClient(Wire wire, HttpClient? owned)
    {
        _wire = wire;
        _owned = owned;
    }

    /// <summary>Address of the control plane.</summary>
    public Uri Address => _wire.Address;

    /// <summary>Accounts, sessions, keys.</summary>
    public AccessClient Access => new(_wire);

    /// <summary>People and their roles.</summary>
    public PeopleClient People => new(_wire);

    /// <summary>Devices and their cameras.</summary>
    public DevicesClient Devices => new(_wire);

    /// <summary>What devices go by: policies and budgets.</summary>
    public PoliciesClient Policies => new(_wire);

    /// <summary>What devices are told to do once.</summary>
    public CommandsClient Commands => new(_wire);

    /// <summary>Enrolment of new devices.</summary>
    public EnrolmentClient Enrolment => new(_wire);

    /// <summary>Files by digest.</summary>
    public BlobsClient Blobs => new(_wire);

    /// <summary>Versions of models.</summary>
    public VersionsClient Versions => new(_wire);

    /// <summary>Two versions on the same frames.</summary>
    public ComparisonsClient Comparisons => new(_wire);

    /// <summary>Scenes of the twin.</summary>
    public ScenesClient Scenes => new(_wire);

    /// <summary>Release metadata.</summary>
    public TrustClient Trust => new(_wire);

    /// <summary>Rollouts.</summary>
    public RolloutsClient Rollouts => new(_wire);

    /// <summary>Rollouts without their versions, kept under names.</summary>
    public RolloutTemplatesClient RolloutTemplates => new(_wire);

    /// <summary>Samples and their labels.</summary>
    public SamplesClient Samples => new(_wire);

    /// <summary>The queue of frames to label.</summary>
    public LabellingClient Labelling => new(_wire);

    /// <summary>Labels as files of other programs.</summary>
    public LabelFilesClient LabelFiles => new(_wire);

    /// <summary>Dataset snapshots.</summary>
    public SnapshotsClient Snapshots => new(_wire);

    /// <summary>Training runs, asked for and worked off.</summary>
    public TrainingRunsClient TrainingRuns => new(_wire);

    /// <summary>Rules that start training runs by themselves.</summary>
    public TrainingRulesClient TrainingRules => new(_wire);

    /// <summary>Who did what.</summary>
    public AuditClient Audit => new(_wire);

    /// <summary>What devices say over MQTT.</summary>
    public TopicsClient Topics => new(_wire);

    /// <summary>What changes, as it happens.</summary>
    public ChangesClient Changes => new(_wire);

    /// <summary>The same client with another token; it shares connections, so only this one is to be disposed.</summary>
    public FleetClient WithToken(string? token) => new(_wire.WithToken(token), owned: null);

    /// <summary>Whether the control plane is well.</summary>
    public Task<HealthResponse> HealthAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get("/health"), FleetJson.Tolerant.HealthResponse, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    private static SocketsHttpHandler Handler(FleetClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (options.TrustedRoot is { } root)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(root) };
        }

        return handler;
    }

    private static X509ChainPolicy Policy(X509Certificate2 root)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(root);
        return policy;
    }
}

using System.Security.Cryptography.X509Certificates;
using Fleet.Cli.Processes;
using Fleet.Trust;

namespace Fleet.Bench.Ingest;

/// <summary>The peer: mosquitto with the same CA, client certificates and each device confined to its own topics. Nobody subscribes to what it takes in, so it reads no payload.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    public const string Missing = "peer missing: mosquitto is not installed (apt-get install mosquitto)";
    private static readonly string[] Places = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/bin/mosquitto"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly ChildProcess _process;

    private Mosquitto(ChildProcess process, int port)
    {
        _process = process;
        Broker = new Broker("mosquitto", port, process.Id);
    }

    public Broker Broker { get; }

    /// <returns>Null where it is not installed.</returns>
    public static async Task<Mosquitto?> StartAsync(string folder, string logs, DeviceCa ca, CancellationToken cancellationToken)
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program)
        {
            return null;
        }

        var port = Programs.FreePort();
        var process = ChildProcess.Start("mosquitto", program, ["-c", Configure(folder, ca, port)], logs);
        try
        {
            await process.WaitForAsync(line => line.EndsWith(" running", StringComparison.Ordinal) ? line : null, StartLimit, cancellationToken);
            return new Mosquitto(process, port);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configure(string folder, DeviceCa ca, int port)
    {
        DurableFile.MakeFolder(folder, secret: true);
        string At(string name) => Path.Combine(folder, name);
        using var server = ca.IssueServer(["127.0.0.1"]);
        using var key = server.GetECDsaPrivateKey()!;
        File.WriteAllText(At("ca.pem"), ca.CertificatePem);
        File.WriteAllText(At("server.pem"), server.ExportCertificatePem());
        File.WriteAllText(At("server.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(At("acl"), "pattern readwrite fleet/v1/devices/%c/#\n");
        // by default Nagle's algorithm makes each batch of its answers wait 40 ms, and 20 messages in flight hold it back: a peer at its best
        File.WriteAllText(At("mosquitto.conf"), $"""
            user {Environment.UserName}
            listener {port} 127.0.0.1
            cafile {At("ca.pem")}
            certfile {At("server.pem")}
            keyfile {At("server.key")}
            require_certificate true
            use_identity_as_username true
            acl_file {At("acl")}
            persistence false
            max_inflight_messages 1000
            set_tcp_nodelay true
            connection_messages false
            log_dest stderr

            """);
        return At("mosquitto.conf");
    }
}

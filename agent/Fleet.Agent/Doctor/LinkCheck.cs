using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Doctor;

/// <summary>Enrolment, certificate, network and clock.</summary>
internal static class LinkCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SmallSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LargeSkew = TimeSpan.FromMinutes(5);

    public static async IAsyncEnumerable<Finding> LookAsync(AgentPaths paths, TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(paths.ControlPlane))
        {
            yield return Finding.Fail("enrolment", $"{paths.Data} is not enrolled", $"Make a token in the console and run: fleet-agent enrol TOKEN --data {paths.Data}");
            yield break;
        }

        using var identity = DeviceIdentity.LoadOrCreate(paths.Identity);
        if (identity.Enrolment is not { } enrolment || ControlPlane.Read(paths) is not { } plane)
        {
            yield return Finding.Fail("enrolment", "it was begun and not finished", "Run the same fleet-agent enrol command again.");
            yield break;
        }

        yield return Finding.Ok("enrolment", $"{enrolment.Device} of {plane.Address.GetLeftPart(UriPartial.Authority)}");
        using var certificate = identity.Certificate();
        yield return Certificate(certificate, time.GetUtcNow());
        var (network, theirs) = await AskAsync(enrolment, certificate, plane, time, cancellationToken);
        yield return network;
        yield return await MqttAsync(enrolment, time, cancellationToken);
        yield return Clock(time.GetUtcNow(), theirs, certificate);
    }

    internal static Finding Certificate(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, until) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        var left = until - now;
        return now < from ? Finding.Fail("certificate", $"it is good only from {from:u}", "The computer's clock is behind: set it.")
            : left < TimeSpan.Zero ? Finding.Fail("certificate", $"it ended on {until:u}", "Make a token for this device in the console and run: fleet-agent enrol TOKEN on the same data folder; what it holds is kept.")
            : left < (until - from) / 3 ? Finding.Warn("certificate", string.Create(CultureInfo.InvariantCulture, $"it ends in {left.TotalDays:0.0} days, on {until:u}"), "It should have been renewed by now: see that the agent runs and reaches its control plane.")
            : Finding.Ok("certificate", $"good until {until:u}");
    }

    internal static Finding Clock(DateTimeOffset ours, DateTimeOffset? theirs, X509Certificate2 certificate)
    {
        if (theirs is not { } there)
        {
            return ours < new DateTimeOffset(certificate.NotBefore)
                ? Finding.Fail("clock", $"it says {ours:u}, which is before this device was enrolled", "Set it, and let it be kept: timedatectl set-ntp true.")
                : Finding.Warn("clock", $"it says {ours:u}; the control plane's could not be asked for", "See to the network first.");
        }

        var skew = (ours - there).Duration();
        var says = string.Create(CultureInfo.InvariantCulture, $"it differs from the control plane's by {skew.TotalSeconds:0} s");
        const string Do = "Let the clock be kept: timedatectl set-ntp true. Directives and certificates have times in them.";
        return skew > LargeSkew ? Finding.Fail("clock", says, Do) : skew > SmallSkew ? Finding.Warn("clock", says, Do) : Finding.Ok("clock", says);
    }

    private static async Task<(Finding Finding, DateTimeOffset? Theirs)> AskAsync(EnrolResponse enrolment, X509Certificate2 certificate, ControlPlane plane, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = plane.Address.GetLeftPart(UriPartial.Authority);
        using var http = Connection.Open(PinnedCa.FromPem(enrolment.CaPem, time), () => certificate, plane.Address);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.GetAsync("desired", HttpCompletionOption.ResponseHeadersRead, both.Token);
            var finding = answer.IsSuccessStatusCode
                ? Finding.Ok("network", $"{address} answers")
                : Finding.Fail("network", $"{address} answers with {(int)answer.StatusCode}", "Look at this device in the console: it may have been revoked or removed.");
            return (finding, answer.Headers.Date);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (Finding.Fail("network", $"{address} cannot be reached ({(e is OperationCanceledException ? "no answer in time" : e.InnerException?.Message ?? e.Message)})", "Check cable, address, name servers and firewall; what leaves must reach this port."), null);
        }
    }

    private static async Task<Finding> MqttAsync(EnrolResponse enrolment, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var address = $"{enrolment.MqttHost}:{enrolment.MqttPort}";
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(enrolment.MqttHost, enrolment.MqttPort, both.Token);
            return Finding.Ok("mqtt", $"{address} takes connections");
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Finding.Warn("mqtt", $"{address} cannot be reached ({e.Message})", "Directives still come over HTTPS; telemetry and events do not. Open this port outwards.");
        }
    }
}

using System.Security.Authentication;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Enrolment;

/// <summary>Makes this computer a device: key made here, certificate from the control plane that the token pins. Repeated after a power cut it ends the same.</summary>
internal static class Enrol
{
    /// <remarks>A device that is enrolled already enrols again with a new key and keeps what it holds: after its certificate expired, or after a theft.</remarks>
    /// <returns>What was answered, now or when the same token was used before.</returns>
    /// <exception cref="ProblemException">The token is spent or unreadable, or the answer cannot be believed.</exception>
    /// <exception cref="UsageException">The control plane cannot be reached or is another than the token pins, or the folder belongs to another device.</exception>
    public static async Task<EnrolResponse> RunAsync(string token, AgentPaths paths, TimeProvider time, CancellationToken cancellationToken)
    {
        var ticket = EnrolmentToken.Parse(token);
        paths.Make();
        using var held = DataLock.Take(paths);
        DurableFile.MakeFolder(paths.Identity, secret: true);
        using var identity = DeviceIdentity.LoadOrCreate(paths.Identity);
        var before = identity.Enrolment;
        if (before is not null && !identity.IsChanging && ControlPlane.Read(paths)?.WasMadeBy(ticket) == true)
        {
            return before;
        }

        if (before is not null && CaPin.Of(before.CaPem) != ticket.CaPin)
        {
            throw new UsageException($"The data folder {paths.Data} is already enrolled as {before.Device} of another control plane. Give another device its own folder with --data, or remove this one to enrol anew.");
        }

        var answer = await AskAsync(ticket, identity, time, cancellationToken);
        TufClient.Trust(paths.Trust, System.Text.Encoding.UTF8.GetBytes(answer.RootMetadata));
        ControlPlane.Of(ticket).Write(paths);
        identity.Accept(answer, ticket.CaPin, time);
        return answer;
    }

    private static async Task<EnrolResponse> AskAsync(EnrolmentTicket ticket, DeviceIdentity identity, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = Connection.Open(PinnedCa.FromPin(ticket.CaPin, time), certificate: null, new Uri(ticket.Url));
        try
        {
            var api = new DeviceApi(http, time);
            return await api.EnrolAsync(new EnrolRequest(ticket.Secret, identity.CertificateRequestPem, identity.Enrolment?.Device), cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new UsageException($"The server at {ticket.Url} is not the control plane that the token pins: its certificate does not come from that CA. Nothing was sent. Check the address, or make a new token.", e);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException)
        {
            throw new UsageException($"The control plane at {ticket.Url} cannot be reached ({e.Message}). Check network and address, then run the same command again.", e);
        }
    }
}

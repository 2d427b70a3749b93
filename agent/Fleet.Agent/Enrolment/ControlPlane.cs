using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Enrolment;

/// <summary>Where the device's control plane is, and the hash of the secret that it was enrolled with.</summary>
internal sealed record ControlPlane(Uri Address, string SecretHash)
{
    public static ControlPlane Of(EnrolmentTicket ticket) => new(new Uri(ticket.Url), OneTimeSecret.Hash(ticket.Secret));

    /// <summary>Null before enrolment.</summary>
    public static ControlPlane? Read(AgentPaths paths) =>
        File.Exists(paths.ControlPlane) && File.ReadAllLines(paths.ControlPlane) is [var address, var hash, ..] ? new ControlPlane(new Uri(address), hash) : null;

    public void Write(AgentPaths paths) => DurableFile.Write(paths.ControlPlane, System.Text.Encoding.UTF8.GetBytes($"{Address}\n{SecretHash}\n"), DurableFile.Secret);

    public bool WasMadeBy(EnrolmentTicket ticket) => OneTimeSecret.Matches(ticket.Secret, SecretHash);
}

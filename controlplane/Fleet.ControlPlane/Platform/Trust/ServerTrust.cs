using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.ControlPlane.Platform.Trust;

/// <summary>The control plane's name, its CA and its release repository; made at the first start, opened before any listener.</summary>
internal sealed partial class ServerTrust : IDisposable
{
    private ServerTrust(string tenant, DeviceCa ca, TufRepository releases)
    {
        Tenant = tenant;
        Ca = ca;
        Releases = releases;
    }

    /// <summary>Names this control plane in every directive.</summary>
    public string Tenant { get; }

    public DeviceCa Ca { get; }

    public TufRepository Releases { get; }

    /// <exception cref="StartException">Something below <c>trust/</c> is damaged.</exception>
    public static ServerTrust Open(DataFolder data, TimeProvider time)
    {
        var folder = data.Folder("trust");
        try
        {
            var tuf = Path.Combine(folder, "tuf");
            var releases = TufRepository.Exists(tuf) ? TufRepository.Load(tuf, time) : TufRepository.Create(tuf, data.Folder("offline"), time);
            return new ServerTrust(TenantIn(folder), DeviceCa.LoadOrCreate(Path.Combine(folder, "ca"), time), releases);
        }
        catch (ProblemException e)
        {
            throw new StartException($"{folder} cannot be used: {e.Message} Put back a copy of it.", e);
        }
    }

    /// <summary>Every name under which this server may be called.</summary>
    public static IReadOnlyList<string> Names(FleetOptions options) =>
        [.. options.Hosts().Concat(["localhost", "127.0.0.1", "::1", Dns.GetHostName()]).Distinct(StringComparer.OrdinalIgnoreCase)];

    public void Dispose()
    {
        Ca.Dispose();
        Releases.Dispose();
    }

    private static string TenantIn(string folder)
    {
        var path = Path.Combine(folder, "tenant");
        if (!File.Exists(path))
        {
            DurableFile.Write(path, Encoding.ASCII.GetBytes(OneTimeSecret.Create()[..16]));
        }

        var tenant = File.ReadAllText(path);
        return TenantRule().IsMatch(tenant) ? tenant : throw new StartException($"{path} holds no tenant name; put back a copy of it.");
    }

    [GeneratedRegex("^[0-9a-f]{16}$")]
    private static partial Regex TenantRule();
}

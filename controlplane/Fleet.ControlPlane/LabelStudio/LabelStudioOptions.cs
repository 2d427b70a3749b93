namespace Fleet.ControlPlane.LabelStudio;

/// <summary>Section <c>Fleet:LabelStudio</c>: from where pictures of tasks may be fetched. Empty, nothing is fetched from anywhere.</summary>
internal sealed class LabelStudioOptions
{
    /// <summary>Address of the Label Studio whose uploads may be fetched.</summary>
    public string Url { get; set; } = "";

    /// <summary>An access token of that Label Studio; sent to it alone.</summary>
    public string Token { get; set; } = "";

    /// <summary>Other hosts, as <c>host</c> or <c>host:port</c>, separated by commas, from which pictures may be fetched without a token.</summary>
    public string ImageHosts { get; set; } = "";

    /// <summary><see cref="Url"/>; null where none is given.</summary>
    public Uri? Server() => Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    /// <summary>Whether pictures may be fetched from a host, and whether that is the Label Studio itself.</summary>
    public (bool May, bool IsServer) Allows(Uri address)
    {
        if (Server() is { } server && Uri.Compare(server, address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            return (true, true);
        }

        var hosts = ImageHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var name = address.IsDefaultPort ? address.Host : address.Authority;
        return (hosts.Contains(name, StringComparer.OrdinalIgnoreCase), false);
    }
}

using System.ComponentModel.DataAnnotations;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.LabelStudio;
using Fleet.ControlPlane.SingleSignOn;

namespace Fleet.ControlPlane.Platform;

/// <summary>Section <c>Fleet</c>: every key there is. Read once at start; an unknown key or a bad value stops the start.</summary>
internal sealed class FleetOptions
{
    /// <summary>Folder of everything that lasts; made when missing.</summary>
    [Required]
    public string Data { get; set; } = "";

    /// <summary>Names or addresses, separated by commas, under which devices and people reach this server; the first goes into enrolment tokens.</summary>
    public string PublicHost { get; set; } = "localhost";

    /// <summary>The listener of console and API.</summary>
    public OperatorOptions Operator { get; set; } = new();

    /// <summary>The listener of the device API.</summary>
    public PortOptions Device { get; set; } = new() { Port = 8443 };

    /// <summary>The blob store.</summary>
    public BlobOptions Blobs { get; set; } = new();

    /// <summary>A Label Studio that has versions label for it.</summary>
    public LabelStudioOptions LabelStudio { get; set; } = new();

    /// <summary>The listener of the broker.</summary>
    public PortOptions Mqtt { get; set; } = new() { Port = 8883 };

    /// <summary>The listener for programs that read what devices say.</summary>
    public ReadersOptions Readers { get; set; } = new();

    /// <summary>A company's sign-in.</summary>
    public OidcOptions Oidc { get; set; } = new();

    /// <summary>The first of <see cref="PublicHost"/>.</summary>
    public string FirstHost() => Hosts()[0];

    /// <summary><see cref="PublicHost"/>, split.</summary>
    public string[] Hosts() => PublicHost.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Section <c>Fleet:Operator</c>.</summary>
internal sealed class OperatorOptions
{
    /// <summary>Plain HTTP on loopback, HTTPS with a certificate of the own CA elsewhere. Port 0 takes a free one.</summary>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:8080";
}

/// <summary>Section <c>Fleet:Readers</c>.</summary>
internal sealed class ReadersOptions
{
    /// <summary>A port on all addresses; 0 takes a free one. Without it no program but a device may speak MQTT.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Home Assistant is told of devices and cameras by retained discovery messages.</summary>
    public bool HomeAssistant { get; set; }
}

/// <summary>A port on all addresses; 0 takes a free one.</summary>
internal sealed class PortOptions
{
    [Range(0, 65535)]
    public int Port { get; set; }
}

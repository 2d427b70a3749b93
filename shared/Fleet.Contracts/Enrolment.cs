using System.ComponentModel.DataAnnotations;

namespace Fleet.Contracts;

/// <summary>Asks for a one-time enrolment token.</summary>
/// <param name="Device">Id the device will have.</param>
/// <param name="Labels">Its labels, <c>key=value</c>.</param>
/// <param name="Site">Where it stands.</param>
public sealed record EnrolmentTokenRequest(DeviceId Device, IReadOnlyDictionary<string, string>? Labels = null, [property: StringLength(64)] string? Site = null);

/// <summary>Everything a device needs to enrol, as one text to paste: <c>fleet agent enrol TOKEN</c>.</summary>
/// <param name="Token">Base64url of JSON with address, CA pin and secret.</param>
/// <param name="Device">Whom it is for.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record EnrolmentTokenResponse(string Token, DeviceId Device, DateTimeOffset ExpiresAt);

/// <summary>What is inside an enrolment token.</summary>
/// <param name="Url">Address of the device API.</param>
/// <param name="CaPin">Hex SHA-256 of the CA's public key (SPKI).</param>
/// <param name="Secret">256 bits, hex.</param>
public sealed record EnrolmentTicket(string Url, string CaPin, string Secret);

/// <summary>A device asks for its certificate; over TLS whose chain ends in the pinned CA.</summary>
/// <param name="Secret">From the ticket.</param>
/// <param name="CertificateRequestPem">PKCS#10, P-256; its subject and extensions are ignored.</param>
/// <param name="Device">Who asks, where it was enrolled before: a token for another device is refused and stays unspent.</param>
public sealed record EnrolRequest(
    [property: Required, StringLength(200)] string Secret, [property: Required, StringLength(8192)] string CertificateRequestPem, DeviceId? Device = null);

/// <summary>A device asks for a new certificate for a new key, over a connection with the present one.</summary>
/// <param name="CertificateRequestPem">PKCS#10, P-256; its subject and extensions are ignored. The same key again gives the same certificate.</param>
public sealed record RenewRequest([property: Required, StringLength(8192)] string CertificateRequestPem);

/// <summary>The new certificate; the one before holds until ten minutes after this is first used.</summary>
/// <param name="CertificatePem">Its certificate.</param>
public sealed record RenewResponse(string CertificatePem);

/// <summary>A device is enrolled.</summary>
/// <param name="Device">Its id.</param>
/// <param name="Tenant">The control plane it belongs to; directives of another are refused.</param>
/// <param name="CertificatePem">Its certificate.</param>
/// <param name="CaPem">The CA that signed it and the servers.</param>
/// <param name="RootMetadata">The trusted TUF root, as served.</param>
/// <param name="MqttHost">Broker.</param>
/// <param name="MqttPort">Its TLS port.</param>
public sealed record EnrolResponse(DeviceId Device, string Tenant, string CertificatePem, string CaPem, string RootMetadata, string MqttHost, int MqttPort);

using System.Security.Claims;
using System.Text.Encodings.Web;
using Fleet.ControlPlane.Platform.Http;
using Fleet.Trust;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Fleet.ControlPlane.Devices;

/// <summary>The certificate of the TLS connection is the device's sign-in.</summary>
internal sealed class DeviceAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, DeviceGate gate, DeviceConnections connections)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return AuthenticateResult.NoResult();
        }

        connections.Track(Context, DeviceCertificate.ReadDeviceId(certificate));
        var id = await gate.AdmitAsync(certificate, Context.Connection.RemoteIpAddress, Context.RequestAborted);
        var identity = new ClaimsIdentity([new Claim(Principals.DeviceClaim, id.ToString())], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}

using System.Security.Claims;
using System.Text.Encodings.Web;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Fleet.ControlPlane.Devices;

/// <summary>The certificate of the TLS connection is the device's sign-in.</summary>
internal sealed class DeviceAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, DeviceGate gate)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return AuthenticateResult.NoResult();
        }

        var id = await gate.AdmitAsync(certificate, Context.RequestAborted);
        var identity = new ClaimsIdentity([new Claim(Principals.DeviceClaim, id.ToString())], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}

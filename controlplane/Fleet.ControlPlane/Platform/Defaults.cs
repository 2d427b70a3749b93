using Microsoft.Extensions.Configuration.Memory;

namespace Fleet.ControlPlane.Platform;

internal static class Defaults
{
    /// <summary>Logs go to standard error, so that standard output carries only what a script reads.</summary>
    public static MemoryConfigurationSource Logging => new()
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft"] = "Warning",
            ["Logging:LogLevel:Fleet.ControlPlane.Access.TokenAuthentication"] = "Warning",

            // anybody can send an answer that is to be refused; SingleSignOn says so in a line of its own
            ["Logging:LogLevel:Microsoft.AspNetCore.Authentication.OpenIdConnect"] = "None",
            ["Logging:LogLevel:Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware"] = "None",
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
            ["Logging:Console:LogToStandardErrorThreshold"] = "Trace",
        },
    };
}

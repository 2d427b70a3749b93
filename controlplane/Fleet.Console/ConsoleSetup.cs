using Fleet.Client;
using Fleet.Console.Access;
using Fleet.Console.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace Fleet.Console;

/// <summary>Puts the operator console into a host that serves the operator API.</summary>
public static class ConsoleSetup
{
    /// <summary>Adds what the console needs. <paramref name="connect"/> is asked once, at the first page, for the address of the operator API.</summary>
    public static IServiceCollection AddFleetConsole(this IServiceCollection services, Func<IServiceProvider, FleetClientOptions> connect)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
            mud.SnackbarConfiguration.MaximumOpacity = 100;

            // a text that fades for seconds can hardly be read in them
            mud.SnackbarConfiguration.ShowTransitionDuration = mud.SnackbarConfiguration.HideTransitionDuration = 200;
        });
        services.AddCascadingAuthenticationState();
        services.AddAuthorization();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Connection(connect(provider)));
        services.AddSingleton<LastKnown>();
        services.AddScoped<FleetSession>();
        services.AddScoped<LiveChanges>();
        services.AddScoped<Ticker>();
        services.AddScoped<Notices>();
        return services;
    }

    /// <summary>Maps pages and their files. Call it after authentication and authorization were added to the pipeline.</summary>
    /// <remarks>The host's project sets <c>RequiresAspNetWebAssets</c>, or the page's script is missing.</remarks>
    public static void MapFleetConsole(this WebApplication app)
    {
        // a build folder names its static files in a manifest that is otherwise read in Development only
        StaticWebAssetsLoader.UseStaticWebAssets(app.Environment, app.Configuration);
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapSignOut();

        // pages send a stranger to the sign-in page themselves, where the API would answer 401
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().AllowAnonymous();
    }
}

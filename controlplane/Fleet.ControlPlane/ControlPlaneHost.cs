using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Platform.Trust;

namespace Fleet.ControlPlane;

/// <summary>Puts the program together; tests start the same one on free ports.</summary>
internal static class ControlPlaneHost
{
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await StartAsync(args, CancellationToken.None);
            await System.Console.Out.WriteLineAsync(app.Services.GetRequiredService<Endpoints>().ReadyLine());
            await InviteFirstOperatorAsync(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (StartException e)
        {
            await System.Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <exception cref="StartException">With a sentence for the person who starts it.</exception>
    public static async Task<WebApplication> StartAsync(string[] args, CancellationToken cancellationToken)
    {
        Arguments.Check(args);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ControlPlaneHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.Sources.Insert(0, Defaults.Logging);
        var options = FleetOptionsReader.Read(builder.Configuration);
        var data = DataFolder.Open(options.Data);
        try
        {
            var app = Build(builder, options, data);
            await StartAsync(app, cancellationToken);
            return app;
        }
        catch (Exception e) when (StartFailures.Explain(e, options) is { } sentence)
        {
            data.Dispose();
            throw new StartException(sentence, e);
        }
    }

    private static async Task InviteFirstOperatorAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<Accounts>().InviteFirstAsync(CancellationToken.None) is { } token)
        {
            await System.Console.Out.WriteLineAsync($"First operator: {app.Services.GetRequiredService<Endpoints>().OperatorUrl}/first-operator?token={token}");
        }
    }

    private static WebApplication Build(WebApplicationBuilder builder, FleetOptions options, DataFolder data)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(_ => data);
        services.AddSingleton(TimeProvider.System);
        services.AddPlatform();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownLimit);
        services.AddSystemd();
        services.AddFleetStore(data.File("fleet.db"));
        services.AddFleetHttp();
        Slices.Add(services, options);
        var trust = ServerTrust.Open(data, TimeProvider.System);
        services.AddSingleton(_ => trust).AddSingleton(trust.Ca).AddSingleton(trust.Releases);
        var endpoints = new Endpoints(options, trust, MqttListener.Use);
        services.AddSingleton(endpoints);
        builder.WebHost.ConfigureKestrel(endpoints.Configure);

        var app = builder.Build();
        app.UseFleetHttp(beforeAuthorization: a => a.UseMiddleware<AuditMiddleware>());
        Slices.Map(app, Routes.On(app));
        return app;
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await StoreStart.MigrateAsync(app.Services, cancellationToken);
            await app.StartAsync(cancellationToken);
            app.Services.GetRequiredService<Endpoints>().WriteTo(app.Services.GetRequiredService<DataFolder>());
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}

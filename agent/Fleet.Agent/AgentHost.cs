using Fleet.Agent.Cameras;
using Fleet.Agent.Commands;
using Fleet.Agent.Drift;
using Fleet.Agent.Engines;
using Fleet.Agent.Enrolment;
using Fleet.Agent.Health;
using Fleet.Agent.Link;
using Fleet.Agent.Logs;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Reporting;
using Fleet.Agent.Shadow;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Fleet.Agent.Triggers;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Inference;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Fleet.Agent;

/// <summary>Puts the daemon together.</summary>
internal static class AgentHost
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(30);

    /// <exception cref="UsageException">The data folder is not enrolled.</exception>
    public static IHost Build(CommandLine command, AgentPaths paths, DeviceIdentity identity, TimeProvider time)
    {
        var enrolment = identity.Enrolment
            ?? throw new UsageException($"The data folder {paths.Data} is not enrolled. Make a token in the console and run: fleet-agent enrol TOKEN --data {paths.Data}");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddEnvironmentVariables("FLEET_AGENT_").AddInMemoryCollection(command.Settings);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.IncludeScopes) = (true, "HH:mm:ss ", true));
        builder.Services.AddSystemd().Configure<ConsoleFormatterOptions>(o => o.IncludeScopes = true);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopLimit);
        builder.Services.AddOptions<AgentOptions>().BindConfiguration("Fleet:Agent", o => o.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AgentOptions>, AgentOptionsValidator>();
        AddParts(builder.Services.AddSingleton(time).AddSingleton(paths), enrolment, identity);
        return builder.Build();
    }

    private static void AddParts(IServiceCollection services, EnrolResponse enrolment, DeviceIdentity identity)
    {
        services.AddSingleton(enrolment).AddSingleton(s => ControlPlane.Read(s.GetRequiredService<AgentPaths>())!);
        services.AddSingleton(s => new DeviceCredential(identity, s.GetRequiredService<TimeProvider>())).AddSingleton<Renewal>();
        services.AddSingleton(s => PinnedCa.FromPem(enrolment.CaPem, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => Connection.Open(s.GetRequiredService<PinnedCa>(), () => s.GetRequiredService<DeviceCredential>().Current, s.GetRequiredService<ControlPlane>().Address));
        services.AddSingleton<DeviceApi>().AddSingleton<MqttLink>().AddSingleton<DirectivePull>().AddSingleton<ReleaseTrust>();
        services.AddSingleton<StateStore>().AddSingleton<BlobStore>().AddSingleton<ParcelFetcher>().AddSingleton<BlobFetcher>();
        services.AddSingleton(s => new EngineCache(s.GetRequiredService<AgentPaths>().Engines, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Batchers>().AddSingleton<EngineLoader>().AddSingleton<PrepareChild>().AddSingleton<EngineExchange>().AddSingleton<PrepareParts>().AddSingleton<EnginePreparer>().AddSingleton<UpdateSteps>();
        services.AddSingleton<SampleOutbox>().AddSingleton<ChoiceLog>().AddSingleton<KeeperParts>().AddSingleton<SampleKeeper>().AddSingleton<DriftWatches>().AddSingleton<SampleUpload>().AddSingleton<PreviewUpload>();
        services.AddSingleton<LogStore>().AddSingleton<ILoggerProvider, LogKeeper>().AddSingleton<RestartWish>().AddSingleton<CommandParts>().AddSingleton<CommandDesk>().AddSingleton<ShadowDesk>().AddSingleton<CameraAsides>();
        services.AddSingleton<CameraOpener>().AddSingleton<UnitParts>().AddSingleton<ReportSinks>().AddSingleton<CountedParts>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<CameraUnits>(s, enrolment.Device));
        services.AddSingleton<DeviceReconciler>().AddSingleton(s => Health(s)).AddSingleton<PressureWatch>();
        services.AddSingleton<StatusReader>().AddSingleton<IHostedService, StatusSocket>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<Report>(s, enrolment.Device));
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<Count>(s, enrolment.Device));
        services.AddSingleton<Wakes>().AddHostedService<AgentLife>();
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<MqttLink>());
        AddLoops(services);
    }

    private static void AddLoops(IServiceCollection services)
    {
        AddLoop(services, "Asking for the directive", s => s.GetRequiredService<Wakes>().Pull, s => Pull(s), s => s.GetRequiredService<DirectivePull>().RunOnceAsync);
        AddLoop(services, "Renewing the certificate", _ => new Signal(), s => s.GetRequiredService<Renewal>().Period, s => s.GetRequiredService<Renewal>().RunOnceAsync);
        AddLoop(services, "Setting up cameras", s => s.GetRequiredService<Wakes>().Device, _ => () => Seldom, s => s.GetRequiredService<DeviceReconciler>().RunOnceAsync);
        AddLoop(services, "Reporting", s => s.GetRequiredService<Report>().Wake, _ => () => Often, s => s.GetRequiredService<Report>().RunOnceAsync);
        AddLoop(services, "Telemetry", _ => new Signal(), s => TelemetryPeriod(s), s => s.GetRequiredService<Count>().RunOnceAsync);
        AddLoop(services, "Watching the computer", _ => new Signal(), _ => () => Watch, s => s.GetRequiredService<PressureWatch>().RunOnceAsync);
        AddLoop(services, "Keeping samples", _ => new Signal(), _ => () => Brief, s => s.GetRequiredService<SampleKeeper>().RunOnceAsync);
        AddLoop(services, "Watching for drift", _ => new Signal(), _ => () => Often, s => s.GetRequiredService<DriftWatches>().RunOnceAsync);
        AddLoop(services, "Sending samples", s => s.GetRequiredService<Wakes>().Upload, _ => () => Seldom, s => s.GetRequiredService<SampleUpload>().RunOnceAsync);
        AddLoop(services, "Doing what was asked for", s => s.GetRequiredService<CommandDesk>().Wake, _ => () => Often, s => s.GetRequiredService<CommandDesk>().RunOnceAsync);
        AddLoop(services, "Trying versions in the shadow", s => s.GetRequiredService<ShadowDesk>().Wake, _ => () => Often, s => s.GetRequiredService<ShadowDesk>().RunOnceAsync);
        AddLoop(services, "Offering engines", s => s.GetRequiredService<EngineExchange>().Wake, _ => () => Seldom, s => s.GetRequiredService<EngineExchange>().RunOnceAsync);
        AddLoop(services, "Sending live pictures", s => s.GetRequiredService<PreviewUpload>().Wake, _ => () => Seldom, s => s.GetRequiredService<PreviewUpload>().RunOnceAsync);
    }

    private static void AddLoop(IServiceCollection services, string name, Func<IServiceProvider, Signal> wake, Func<IServiceProvider, Func<TimeSpan>> period, Func<IServiceProvider, Func<CancellationToken, Task>> run) =>
        services.AddSingleton<IHostedService>(s => new Loop(name, wake(s), period(s), run(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Loop>>()));

    private static HealthReader Health(IServiceProvider services)
    {
        var paths = services.GetRequiredService<AgentPaths>();
        return new HealthReader("/", () => DeviceFactsReader.DiskFreeBytes(paths.Data));
    }

    private static Func<TimeSpan> Pull(IServiceProvider services)
    {
        var seconds = services.GetRequiredService<IOptions<AgentOptions>>().Value.PullSeconds;
        return () => TimeSpan.FromSeconds(seconds);
    }

    private static Func<TimeSpan> TelemetryPeriod(IServiceProvider services)
    {
        var store = services.GetRequiredService<StateStore>();
        return () => TimeSpan.FromSeconds(Math.Clamp((store.Current.Desired?.Policy ?? new DevicePolicy()).TelemetrySeconds, 1, 3600));
    }
}

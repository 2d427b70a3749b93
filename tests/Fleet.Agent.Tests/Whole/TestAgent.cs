using Fleet.Agent.Enrolment;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Reporting;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Agent.Tests.Whole;

/// <summary>An enrolled agent in this process.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private DeviceIdentity? _identity;
    private IHost? _host;

    public AgentPaths Paths => AgentPaths.Of(_folder.At("data"));

    public string Pictures => _folder.At("pictures");

    /// <summary>What prepares engines; the real program unless a test says otherwise.</summary>
    public string PrepareCommand { get; set; } = Repository.Program("agent/Fleet.Agent", "fleet-agent");

    public Reported Reported => _host!.Services.GetRequiredService<Report>().Read();

    public ReportedUpdate? Update(int number) => Reported.Updates.FirstOrDefault(u => u.Version.Number == number);

    public IReadOnlyList<CameraCounters> Counters => [.. _host!.Services.GetRequiredService<CameraUnits>().Counters];

    public IReadOnlyList<ZoneCounters> Zones => [.. _host!.Services.GetRequiredService<CameraUnits>().Zones];

    /// <summary>The one camera that runs; another object once it was opened anew.</summary>
    public object Unit => _host!.Services.GetRequiredService<DeviceReconciler>().Units.Single();

    /// <summary>Enrols and writes pictures: each shows as many bright squares as its number says.</summary>
    public static async Task<TestAgent> EnrolAsync(FakeControlPlane plane, int pictures = 8)
    {
        var agent = new TestAgent();
        await Enrol.RunAsync(plane.Token, agent.Paths, TimeProvider.System, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(agent.Pictures);
        for (var i = 0; i < pictures; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(agent.Pictures, $"{i:000}.png"), Squares(i % 8, background: i % 60), TestContext.Current.CancellationToken);
        }

        return agent;
    }

    public DesiredCamera Camera(DesiredVersion? version, double? fps = 200, bool loop = true) => new(A.Camera, Pictures, version?.Id, fps, loop);

    /// <summary>Starts it.</summary>
    /// <param name="log">Hears every line from Information up; null where nobody listens.</param>
    public async Task StartAsync(ILoggerProvider? log = null)
    {
        _identity = DeviceIdentity.LoadOrCreate(Paths.Identity);
        var settings = new Dictionary<string, string?> { ["Fleet:Agent:Data"] = Paths.Data, ["Fleet:Agent:PrepareCommand"] = PrepareCommand, ["Fleet:Agent:PullSeconds"] = "0.2", ["Fleet:Agent:DiskMarginBytes"] = "0", ["Logging:LogLevel:Default"] = "Information", ["Logging:Console:LogLevel:Default"] = Environment.GetEnvironmentVariable("FLEET_TEST_LOG") ?? "None" };
        _host = AgentHost.Build(new CommandLine("run", Token: null, settings), Paths, _identity, TimeProvider.System);
        if (log is not null)
        {
            _host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        }

        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        await _host!.StopAsync(TestContext.Current.CancellationToken);
        await ((IAsyncDisposable)_host).DisposeAsync();
        _identity!.Dispose();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
        }

        _folder.Dispose();
    }

    /// <summary>A picture with <paramref name="count"/> bright squares, none beside another.</summary>
    public static byte[] Squares(int count, int background = 0)
    {
        using var picture = new OpenCvSharp.Mat(64, 64, OpenCvSharp.MatType.CV_8UC3, OpenCvSharp.Scalar.All(background));
        for (var i = 0; i < count; i++)
        {
            OpenCvSharp.Cv2.Rectangle(picture, new OpenCvSharp.Rect(i % 4 * 16, i / 4 * 16, 8, 8), OpenCvSharp.Scalar.White, thickness: -1);
        }

        return OpenCvSharp.Cv2.ImEncode(".png", picture, out var png) ? png : throw new InvalidOperationException("No PNG.");
    }
}

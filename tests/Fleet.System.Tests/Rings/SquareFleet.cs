using System.Text.RegularExpressions;
using Fleet.Cli.Commands;
using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.SystemTests.Rings;

/// <summary>A control plane and many agents as processes; what ends without being asked is started again, as systemd does.</summary>
internal sealed class SquareFleet : IAsyncDisposable
{
    /// <summary>A version has so long to prove itself, and a device to be back on the one before.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromSeconds(60);
    private const int AtOnce = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly CameraId Camera = CameraId.Parse("gate");
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _over = new();
    private readonly DemoStack _stack;
    private readonly Supervisor _supervisor;
    private readonly HashSet<DeviceId> _down = [];
    private volatile string? _deadly;
    private Task _keeping = Task.CompletedTask;
    private FleetClient? _client;

    private SquareFleet(int devices)
    {
        _stack = new DemoStack(Programs.Find(), _folder.Path);
        _supervisor = new Supervisor(_stack, new DemoScreen(TimeProvider.System), TimeProvider.System);
        Devices = [.. Enumerable.Range(1, devices).Select(i => DeviceId.Parse($"edge-{i:00}"))];
    }

    public IReadOnlyList<DeviceId> Devices { get; }

    public FleetClient Client => _client!;

    private static DevicePolicy Policy { get; } = new()
    {
        TelemetrySeconds = 1,
        PreviewSeconds = 0,
        SamplesPerHour = 0,
        Motion = MotionGating.Off,
        WatchFrames = 4,
        WatchSeconds = Watch.TotalSeconds,
        WatchSlowdown = 50,
    };

    /// <summary>Starts the control plane and enrols the devices; their agents do not run yet.</summary>
    public static async Task<SquareFleet> StartAsync(int devices, CancellationToken cancellationToken)
    {
        var fleet = new SquareFleet(devices);
        try
        {
            SquarePictures.Write(fleet._folder.At("pictures"));
            var token = await fleet._stack.StartControlPlaneAsync(cancellationToken);
            using var anonymous = new FleetClient(new FleetClientOptions { Address = fleet._stack.Address });
            var session = await anonymous.Access.CreateFirstOperatorAsync(new FirstOperatorRequest(token, "anna", Guid.NewGuid().ToString("N")), cancellationToken);
            fleet._client = new FleetClient(new FleetClientOptions { Address = fleet._stack.Address, Token = session.Token });
            await Parallel.ForEachAsync(fleet.Devices, Some(cancellationToken), async (device, c) => await fleet.EnrolAsync(device, c));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers a version and signs it as its publisher.</summary>
    public async Task<VersionResponse> ReleaseAsync(float gain, Flaw flaw, CancellationToken cancellationToken)
    {
        var model = await Client.Blobs.UploadAsync(SquareNetwork.Make(gain, flaw), cancellationToken);
        var clip = await Client.Blobs.UploadAsync(SquarePictures.GoldenClip(), cancellationToken);
        var version = await Client.Versions.RegisterAsync(
            new VersionRequest
            {
                Model = ModelName.Parse("squares"),
                Head = HeadKinds.Fleet,
                Classes = SquareNetwork.Classes,
                Input = SquareNetwork.Input,
                ScoreThreshold = 0.5f,
                Variants = [new VariantUpload("fp32", model.Digest)],
                GoldenClip = clip.Digest,
            },
            cancellationToken);
        return await Releasing.SignAsync(Client, version.Card.Version, Path.Combine(_stack.ControlPlaneData, "offline", "publisher.pem"), cancellationToken);
    }

    public void StartAgents()
    {
        foreach (var device in Devices)
        {
            _stack.StartAgent(device);
        }

        _keeping = Task.WhenAll(_supervisor.RunAsync(_over.Token), TakeDownAsync());
    }

    /// <summary>From now on an agent's process dies whenever this version comes to serve in it.</summary>
    public void IsDeadly(VersionId version) => _deadly = version.ToString();

    /// <exception cref="Exception">A process ended too often.</exception>
    public void Check() => _supervisor.Check();

    public async Task<IReadOnlyList<DeviceResponse>> ReadAsync(CancellationToken cancellationToken)
    {
        var devices = new List<DeviceResponse>();
        await foreach (var device in Client.Devices.ListAsync(cancellationToken))
        {
            devices.Add(device);
        }

        return devices;
    }

    /// <summary>Whether anything of a file ever reached a device's disk.</summary>
    public bool HasSeen(DeviceId device, Digest file) => Directory.EnumerateFiles(_folder.At(device.ToString(), "blobs"), file.Hex + "*").Any();

    /// <summary>As a power cut would have it; it is started again like everything else.</summary>
    public Task KillControlPlaneAsync(CancellationToken cancellationToken) => _stack.KillAsync("control-plane", cancellationToken);

    /// <summary>Turns a bit of a file that a device holds.</summary>
    public void SpoilFile(DeviceId device, Digest file)
    {
        var path = _folder.At(device.ToString(), "blobs", file.Hex);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    public string LogOf(DeviceId device)
    {
        using var log = new FileStream(Path.Combine(_stack.Logs, $"{device}.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(log).ReadToEnd();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _keeping;
        await _stack.DisposeAsync();
        _client?.Dispose();
        _over.Dispose();
        _folder.Dispose();
    }

    private static ParallelOptions Some(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    private async Task TakeDownAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            foreach (var device in _deadly is null ? [] : Devices)
            {
                // once each time: what is started again still has the state of before for a moment
                if (!Serves(device))
                {
                    _down.Remove(device);
                }
                else if (_down.Add(device))
                {
                    await _stack.KillAsync(device.ToString(), CancellationToken.None);
                }
            }

            await Task.WhenAny(Task.Delay(Look, TimeProvider.System, _over.Token));
        }
    }

    private bool Serves(DeviceId device)
    {
        try
        {
            return Regex.IsMatch(File.ReadAllText(_folder.At(device.ToString(), "state.json")), $"\"{_deadly}\"[^{{}}]*\"Watching\"");
        }
        catch (FileNotFoundException)
        {
            // it is being replaced at this moment
            return _down.Contains(device);
        }
    }

    private async Task EnrolAsync(DeviceId device, CancellationToken cancellationToken)
    {
        var token = await Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(device, new Dictionary<string, string>(), "yard"), cancellationToken);
        await _stack.EnrolAsync(device, token.Token, cancellationToken);
        await Client.Devices.SetPolicyAsync(device, Policy, cancellationToken);
        await Client.Devices.SetCameraAsync(device, Camera, new CameraRequest(_folder.At("pictures"), Fps: 2), cancellationToken);
    }
}

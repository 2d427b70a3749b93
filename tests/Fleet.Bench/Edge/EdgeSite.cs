using Fleet.Cli.Commands;
using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Testing;
using System.Text.Json;

namespace Fleet.Bench.Edge;

/// <param name="Id">Its name.</param>
/// <param name="Source">Where its frames come from.</param>
/// <param name="Fps">At most so many a second.</param>
internal sealed record EdgeCamera(CameraId Id, string Source, double? Fps = null);

/// <summary>A control plane, one agent and its cameras as real processes, with the shipped model rolled out.</summary>
internal sealed class EdgeSite : IAsyncDisposable
{
    public static readonly DeviceId Device = DeviceId.Parse("edge");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DemoStack _stack;
    private readonly string _folder;

    private EdgeSite(DemoStack stack, FleetClient client, string folder) => (_stack, Client, _folder) = (stack, client, folder);

    public FleetClient Client { get; }

    public DemoStack Stack => _stack;

    public static async Task<EdgeSite> StartAsync(string folder, DevicePolicy policy, CancellationToken cancellationToken)
    {
        var stack = new DemoStack(Programs.Find(), folder);
        try
        {
            var token = await stack.StartControlPlaneAsync(cancellationToken);
            using var stranger = new FleetClient(new FleetClientOptions { Address = stack.Address });
            var session = await stranger.Access.CreateFirstOperatorAsync(new FirstOperatorRequest(token, "bench", Guid.NewGuid().ToString("N")), cancellationToken);
            var site = new EdgeSite(stack, new FleetClient(new FleetClientOptions { Address = stack.Address, Token = session.Token }), folder);
            await site.EnrolAsync(policy, cancellationToken);
            return site;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public Task<EdgeStatus> StatusAsync(CancellationToken cancellationToken) => EdgeStatus.AskAsync(Path.Combine(_folder, Device.ToString()), cancellationToken);

    /// <summary>Sets exactly these cameras and waits until each completes frames with the shipped version.</summary>
    public async Task ShowAsync(IReadOnlyList<EdgeCamera> cameras, CancellationToken cancellationToken)
    {
        var there = (await Client.Devices.GetAsync(Device, cancellationToken)).Cameras;
        foreach (var gone in there.Where(t => cameras.All(c => c.Id != t.Id)))
        {
            await Client.Devices.RemoveCameraAsync(Device, gone.Id, cancellationToken);
        }

        foreach (var camera in cameras)
        {
            await Client.Devices.SetCameraAsync(Device, camera.Id, new CameraRequest(camera.Source, camera.Fps), cancellationToken);
        }

        await Eventually.Is(async () => (await StatusAsync(cancellationToken)).Reported.Cameras.Count == cameras.Count, Patience);
    }

    /// <summary>Registers, signs and rolls out the shipped model.</summary>
    public async Task RollOutAsync(CancellationToken cancellationToken)
    {
        var version = await ReleaseAsync(Path.Combine(_stack.Programs.Models, "warehouse.onnx"), cancellationToken);
        await BeginRolloutAsync(version, cancellationToken);
        await Eventually.Is(async () => (await StatusAsync(cancellationToken)).Reported.Cameras.All(c => c.Version == version), Patience);
    }

    /// <summary>Registers and signs a file of the shipped model's network as a version.</summary>
    public async Task<VersionId> ReleaseAsync(string onnx, CancellationToken cancellationToken)
    {
        var models = _stack.Programs.Models;
        var shipped = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path.Combine(models, "warehouse.card.json"), cancellationToken), FleetJson.Strict.VersionRequest)!;
        var model = await Client.Blobs.UploadFileAsync(onnx, progress: null, cancellationToken);
        var golden = await Client.Blobs.UploadFileAsync(Path.Combine(models, "warehouse.golden.zip"), progress: null, cancellationToken);
        var version = await Client.Versions.RegisterAsync(shipped with { Variants = [shipped.Variants[0] with { Digest = model.Digest }], GoldenClip = golden.Digest }, cancellationToken);
        await Releasing.SignAsync(Client, version.Card.Version, Path.Combine(_stack.ControlPlaneData, "offline", "publisher.pem"), cancellationToken);
        return version.Card.Version;
    }

    /// <summary>Tells every device to run a version.</summary>
    public Task BeginRolloutAsync(VersionId version, CancellationToken cancellationToken) =>
        Client.Rollouts.StartAsync(new RolloutRequest(version, Variant: null, [new RingRequest("all", "*")]), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stack.DisposeAsync();
    }

    private async Task EnrolAsync(DevicePolicy policy, CancellationToken cancellationToken)
    {
        var token = await Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(Device), cancellationToken);
        await _stack.EnrolAsync(Device, token.Token, cancellationToken);
        await Client.Devices.SetPolicyAsync(Device, policy, cancellationToken);
        _stack.StartAgent(Device);
        await Eventually.Is(() => _stack.Ended().Contains(Device.ToString()) ? throw _stack.FailureOf(Device.ToString()) : File.Exists(Path.Combine(_folder, Device.ToString(), "status.sock")), Patience);
    }
}

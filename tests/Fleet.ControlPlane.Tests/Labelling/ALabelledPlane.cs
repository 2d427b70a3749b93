using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Labelling;

internal static class ALabelledPlane
{
    private static int _seed = 5000;

    /// <summary>Takes in a frame of a camera, with what a version is said to have found.</summary>
    public static async Task<Digest> TakeAsync(this RunningPlane plane, string device, string camera = "cam", double worth = 0.5, params float[] scores)
    {
        await plane.KnowAsync(DeviceId.Parse(device), CameraId.Parse(camera));
        var jpeg = Jpegs.Of(seed: Interlocked.Increment(ref _seed));
        Detection[] found = [.. scores.Select((s, i) => new Detection("carton", s, new Box(i, 1, 10, 10)))];
        var frame = new FrameMessage(
            Digest.Of(jpeg), CameraId.Parse(camera), "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, 64, 48, found, "random", worth, InclusionProbability: 0.1);
        await plane.Services.GetRequiredService<SampleArrival>().TakeAsync(DeviceId.Parse(device), new FrameForm(frame, jpeg), TestContext.Current.CancellationToken);
        return Digest.Of(jpeg);
    }

    /// <summary>A client of a person of this name.</summary>
    public static async Task<Client.FleetClient> PersonAsync(this RunningPlane plane, string name, Role role = Role.Labeller)
    {
        var answer = await plane.Server.Http.PostAsync(
            "/api/v1/api-keys", TestControlPlane.Json(new ApiKeyRequest(name, role), FleetJson.Strict.ApiKeyRequest), TestContext.Current.CancellationToken);
        return plane.Admin.WithToken((await TestControlPlane.ReadAsync(answer, FleetJson.Strict.ApiKeyResponse)).Key);
    }
}

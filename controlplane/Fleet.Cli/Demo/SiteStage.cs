using System.Security.Cryptography;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Brings up the control plane, enrols two devices, gives them cameras and starts a trainer.</summary>
internal static class SiteStage
{
    public static async Task StartControlPlaneAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Control plane", "makes its own certificate authority and keys at first start");
        var token = await demo.Stack.StartControlPlaneAsync(cancellationToken);
        using var anonymous = new FleetClient(new FleetClientOptions { Address = demo.Stack.Address });
        // nobody needs to know this password: the demo prints a one-time sign-in link instead
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var session = await anonymous.Access.CreateFirstOperatorAsync(new FirstOperatorRequest(token, "demo", password), cancellationToken);
        demo.Client = new FleetClient(new FleetClientOptions { Address = demo.Stack.Address, Token = session.Token });
        demo.Screen.Figure("console", await SignInLinkAsync(demo, cancellationToken));
        demo.Screen.Say("The link signs you in once; it is good for ten minutes.");

        var key = await demo.Client.Access.CreateApiKeyAsync(new ApiKeyRequest("demo trainer", Role.Trainer, Days: 1), cancellationToken);
        demo.Stack.StartTrainer(key.Key);
    }

    public static async Task<string> SignInLinkAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        var link = await demo.Client.Access.CreateSignInLinkAsync(cancellationToken);
        return new Uri(demo.Stack.Address, link.Path).ToString();
    }

    public static async Task EnrolAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Devices", "each makes its own key and enrols with a one-time token");
        foreach (var device in demo.Cameras.Select(c => c.Device).Distinct())
        {
            var labels = new Dictionary<string, string> { ["ring"] = device == demo.Cameras[0].Device ? "canary" : "rest" };
            var token = await demo.Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(device, labels, device.ToString()), cancellationToken);
            await demo.Stack.EnrolAsync(device, token.Token, cancellationToken);
            await demo.Client.Devices.SetPolicyAsync(device, Policy(samplesPerHour: 3600), cancellationToken);
            foreach (var camera in demo.Cameras.Where(c => c.Device == device))
            {
                await demo.Client.Devices.SetCameraAsync(device, camera.Id, new CameraRequest(camera.Source, camera.Fps), cancellationToken);
            }

            demo.Stack.StartAgent(device);
        }

        await Wait.UntilAsync(demo, AllCamerasRunAsync, TimeSpan.FromSeconds(90), cancellationToken);
        demo.Screen.Figure("cameras running", $"{demo.Cameras.Count} on {demo.Cameras.Select(c => c.Device).Distinct().Count()} devices");
    }

    /// <summary>Lets every camera send frames as fast as a demo needs them, or only as fast as a person labels.</summary>
    public static async Task GatherAsync(DemoContext demo, bool isFast, CancellationToken cancellationToken)
    {
        foreach (var device in demo.Cameras.Select(c => c.Device).Distinct())
        {
            await Wait.ForAnswerAsync(demo, SetAsync, cancellationToken);

            async Task<bool> SetAsync()
            {
                await demo.Client.Devices.SetPolicyAsync(device, Policy(isFast ? 3600 : 20), cancellationToken);
                return true;
            }
        }
    }

    /// <summary>A demo has minutes, not months: it watches shorter and gathers faster than a site would.</summary>
    private static DevicePolicy Policy(int samplesPerHour) => new()
    {
        TelemetrySeconds = 2,
        PreviewSeconds = 1,
        SamplesPerHour = samplesPerHour,
        Gather = new GatherPolicy { PoolSeconds = 5 },
        RandomShare = 0.2,
        WatchFrames = 10,
        WatchSeconds = 60,
    };

    private static async Task<string?> AllCamerasRunAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        var cameras = (await Site.CamerasAsync(demo, cancellationToken)).ToList();
        var running = cameras.Count(c => c.State is CameraState.Running or CameraState.Ended);
        var failed = cameras.FirstOrDefault(c => c.State == CameraState.Failed);
        return running == demo.Cameras.Count ? null : $"{running} of {demo.Cameras.Count} cameras run{(failed is null ? "" : $"; {failed.Id}: {failed.Detail}")}";
    }
}

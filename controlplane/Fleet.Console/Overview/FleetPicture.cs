using Fleet.Client;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Overview;

/// <summary>Everything the overview shows, read together.</summary>
public sealed record FleetPicture(
    DevicesFound Found,
    IReadOnlyList<RolloutResponse> Rollouts,
    IReadOnlyList<VersionResponse> Versions,
    IReadOnlyList<TrainingRunResponse> Runs,
    int ToLabel,
    bool MoreToLabel)
{
    private const int Counted = 200;

    // what needs somebody comes first, so the window holds it; a fleet's healthy thousands are a click away
    private const int MostDevices = 40;
    private const int MostCameras = 60;

    /// <summary>The devices that need somebody, then some of the others.</summary>
    public IReadOnlyList<DeviceResponse> Devices => Found.Items;

    public int DevicesInAll => Found.Total - Found.Of(DeviceCondition.Revoked);

    /// <summary>Whether there is more than <see cref="Cameras"/> shows.</summary>
    public bool HasMore => Found.Total > Found.Items.Count || Devices.Where(d => !d.Revoked).Sum(d => d.Cameras.Count) > MostCameras;

    /// <summary>Devices that are down and lie beyond the window.</summary>
    public int MoreDown => Math.Max(0, Found.Of(DeviceCondition.Offline) + Found.Of(DeviceCondition.Trouble) - MostDevices);

    /// <summary>Cameras, the broken ones first.</summary>
    public IEnumerable<(DeviceResponse Device, CameraResponse Camera, Word Word)> Cameras =>
        (from device in Devices
         where !device.Revoked
         from camera in device.Cameras
         let word = Words.Of(device, camera)
         orderby word.Tone == Tone.Bad descending, device.Id.ToString(), camera.Id.ToString()
         select (device, camera, word)).Take(MostCameras);

    /// <summary>What is down, a line each.</summary>
    public IEnumerable<Trouble> Down => Devices.Where(d => !d.Revoked).SelectMany(Troubles);

    public IEnumerable<RolloutResponse> Moving => Rollouts.Where(r => r.State == RolloutState.Running);

    public static async Task<FleetPicture> ReadAsync(FleetClient client, CancellationToken cancellationToken)
    {
        var devices = client.Devices.FindAsync(new DeviceFilter(WorstFirst: true), skip: 0, MostDevices, cancellationToken);
        var rollouts = client.Rollouts.PageAsync(cursor: null, limit: 50, cancellationToken);
        var versions = client.Versions.PageAsync(cursor: null, limit: 50, cancellationToken);
        var runs = client.TrainingRuns.PageAsync(cursor: null, limit: 20, cancellationToken);
        var samples = client.Samples.PageAsync(new SampleFilter(SampleState.Unlabelled), cursor: null, Counted, cancellationToken);
        await Task.WhenAll(devices, rollouts, versions, runs, samples);
        var waiting = await samples;
        return new(await devices, (await rollouts).Items, (await versions).Items, (await runs).Items, waiting.Items.Count, waiting.Next is not null);
    }

    /// <summary>What waits for a person, the most urgent first.</summary>
    public IEnumerable<Waiting> Waiting()
    {
        foreach (var rollout in Rollouts.Where(r => r.State == RolloutState.Paused))
        {
            yield return new($"The rollout of {rollout.Version} is paused", "Resume, abort or roll back", $"/rollouts#{rollout.Id}");
        }

        foreach (var rollout in Rollouts.Where(r => r.State == RolloutState.AwaitingApproval))
        {
            yield return new($"The rollout of {rollout.Version} waits for approval", $"Someone else than {rollout.CreatedBy} has to agree", $"/rollouts#{rollout.Id}");
        }

        foreach (var version in Versions.Where(v => v.State == VersionState.Draft))
        {
            yield return new($"{version.Card.Version} waits for a publisher", "Sign it, so that devices may run it", $"/versions/{version.Card.Version}");
        }

        if (ToLabel > 0)
        {
            yield return new($"{(MoreToLabel ? $"More than {ToLabel}" : ToLabel)} {(ToLabel == 1 ? "picture waits" : "pictures wait")} for labels", "Draw or accept their boxes", "/samples");
        }

        foreach (var device in Devices.Where(d => d is { Revoked: false, Cameras.Count: 0 }).Take(1))
        {
            yield return new($"{device.Id} has no camera", "Give it one", $"/devices/{device.Id}");
        }

        if (Versions.Count == 0)
        {
            yield return new("There is no version yet", "Train one, or register a model", "/versions");
        }
        else if (Rollouts.Count == 0 && Versions.Any(v => v.State == VersionState.Released))
        {
            yield return new("Nothing was rolled out yet", "Start the first rollout", "/rollouts");
        }

        foreach (var run in Runs.Where(r => r.State == TrainingState.Failed).Take(1))
        {
            yield return new($"A training of {run.Request.Model} failed", run.Detail ?? "Read why", "/training");
        }
    }

    private static IEnumerable<Trouble> Troubles(DeviceResponse device)
    {
        var word = Words.Of(device);
        if (word.Tone == Tone.Bad)
        {
            return [new(device, $"{device.Id}", word)];
        }

        return from camera in device.Cameras
               let state = Words.Of(device, camera)
               where state.Tone == Tone.Bad
               select new Trouble(device, $"{device.Id} / {camera.Id}", state);
    }
}

/// <summary>Something that is down.</summary>
public sealed record Trouble(DeviceResponse Device, string Where, Word Word);

/// <summary>Something that waits for a person.</summary>
public sealed record Waiting(string What, string Remedy, string Href);

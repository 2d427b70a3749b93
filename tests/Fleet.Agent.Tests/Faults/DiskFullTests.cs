using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Faults;

/// <summary>A disk that is full to the last page, for real: ENOSPC from the kernel.</summary>
public sealed class DiskFullTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly DevicePolicy Policy = new() { WatchFrames = 20, WatchSeconds = 60, WatchSlowdown = 1000, PreviewSeconds = 0, SamplesPerHour = 0, OutboxBytes = 1 << 20 };

    [Fact]
    public async Task A_disk_that_fills_up_in_any_step_ends_the_update_for_that_reason_and_the_version_before_serves_on()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var v1 = plane.Release(1, TinyModel.Make(1));
        var generation = 1L;
        plane.Direct(generation, [agent.Camera(v1, fps: 50)], [v1], Policy);
        using var box = SmallBox.Start(agent);
        await Eventually.Is(() => plane.Reported is { Generation: 1, Updates: [{ State: UpdateState.Committed }] }, Patience);
        var v2 = plane.Release(2, TinyModel.Make(0.9f));
        foreach (var step in (UpdateState[])[UpdateState.Reserving, UpdateState.Fetching, UpdateState.Verifying, UpdateState.Preparing])
        {
            Arm(step, plane, box, v2.Files.Count);
            plane.Direct(++generation, [agent.Camera(v2, fps: 50)], [v2], Policy);
            await Eventually.Is(() => plane.Reported?.Generation == generation, Patience, $"the device says what became of {step}");

            var update = plane.Reported!.Updates.Single(u => u.Version == v2.Id);
            Assert.Equal((step, UpdateState.FailedNoChange, "device.disk-full"), (step, update.State, update.Problem?.Code));
            await box.ServesOnAsync(v1.Id);
            Disarm(plane, box);
        }

        plane.Direct(++generation, [agent.Camera(v2, fps: 50)], [v2], Policy with { WatchFrames = 150 });
        await Eventually.Is(() => plane.Reported?.Updates.Any(u => u is { Version: var v, State: UpdateState.Watching } && v == v2.Id) == true, Patience, "it is watched");
        box.Fill();
        await Eventually.Is(() => plane.Reported?.Generation == generation, Patience, "the device says what became of the watch");
        Assert.Equal(UpdateState.Committed, plane.Reported!.Updates.Single(u => u.Version == v2.Id).State);
        await box.ServesOnAsync(v2.Id);
    }

    private static void Arm(UpdateState step, FakeControlPlane plane, SmallBox box, int files)
    {
        switch (step)
        {
            case UpdateState.Reserving:
                box.Fill();
                break;
            case UpdateState.Fetching:
                plane.Download = async (_, content, http) =>
                {
                    box.Fill();
                    await Results.Bytes(content).ExecuteAsync(http);
                };
                break;
            case UpdateState.Verifying:
                // metadata is asked for with every directive too: what counts is when the version's files have come
                var fetched = plane.BlobRequests.Count + files;
                plane.BeforeTrust = () =>
                {
                    if (plane.BlobRequests.Count >= fetched)
                    {
                        box.Fill();
                    }
                };
                break;
            default:
                box.FillsBeforePreparing = true;
                break;
        }
    }

    private static void Disarm(FakeControlPlane plane, SmallBox box)
    {
        (plane.Download, plane.BeforeTrust, box.FillsBeforePreparing) = (null, null, false);
        box.Free();
    }
}

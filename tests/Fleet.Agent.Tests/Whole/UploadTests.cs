using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Whole;

/// <summary>Samples on their way home over a link that fails.</summary>
public sealed class UploadTests
{
    private const int Piece = 100;
    private static readonly DevicePolicy Greedy = new() { WatchFrames = 5, RandomShare = 1, SamplesPerHour = 1_000_000, PreviewSeconds = 0, Gather = new GatherPolicy { PoolSeconds = 0.1 } };

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_goes_on_where_the_server_is_and_each_sample_arrives_once()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 12);
        var requests = 0;
        plane.UploadFault = async http => Interlocked.Increment(ref requests) % 2 == 1 && await CutAsync(plane, http);
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version, fps: 20)], [version], Greedy);
        await agent.StartAsync();

        await Eventually.Is(() => plane.Arrivals.Count >= 5, within: TimeSpan.FromMinutes(2));
        Assert.Equal(plane.Arrivals.Distinct().Count(), plane.Arrivals.Count);
        Assert.True(requests >= 10);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_an_upload_loses_nothing_and_sends_nothing_twice()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 12);
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version, fps: 10)], [version], Greedy);
        var begun = new TaskCompletionSource();
        plane.UploadFault = http => HoldAsync(plane, http, begun);
        using (var process = Start(agent))
        {
            try
            {
                await Eventually.Is(() => begun.Task.IsCompleted && Waiting(agent).Count >= 3, within: TimeSpan.FromMinutes(2));
            }
            finally
            {
                process.Kill();
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var promised = Waiting(agent);
        var (started, offsets) = (plane.Uploads.Single(), new List<string>());
        Assert.Equal(Piece, started.Value.Bytes.Length);
        plane.UploadFault = http =>
        {
            if (http.Request.Path.Value!.EndsWith(started.Key, StringComparison.Ordinal))
            {
                offsets.Add(http.Request.Headers["Upload-Offset"]!);
            }

            return Task.FromResult(false);
        };
        using var again = Start(agent);
        try
        {
            await Eventually.Is(() => promised.IsSubsetOf(plane.Arrivals), within: TimeSpan.FromMinutes(2));
        }
        finally
        {
            again.Kill();
        }

        Assert.Equal("100", Assert.Single(offsets));
        Assert.Equal(plane.Arrivals.Distinct().Count(), plane.Arrivals.Count);
    }

    private static HashSet<Digest> Waiting(TestAgent agent) =>
        [.. Directory.GetFiles(agent.Paths.Outbox, "*.json").Select(f => Digest.FromHex(Path.GetFileNameWithoutExtension(f)))];

    private static async Task TakeAsync(FakeControlPlane plane, HttpContext http)
    {
        var bytes = new byte[Piece];
        await http.Request.Body.ReadExactlyAsync(bytes, http.RequestAborted);
        plane.Uploads[http.Request.Path.Value!.Split('/')[^1]].Bytes.Write(bytes);
    }

    private static async Task<bool> CutAsync(FakeControlPlane plane, HttpContext http)
    {
        await TakeAsync(plane, http);
        http.Abort();
        return true;
    }

    private static async Task<bool> HoldAsync(FakeControlPlane plane, HttpContext http, TaskCompletionSource begun)
    {
        await TakeAsync(plane, http);
        begun.TrySetResult();
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        return true;
    }

    private static Process Start(TestAgent agent) => Process.Start(new ProcessStartInfo(
        Repository.Program("agent/Fleet.Agent", "fleet-agent"),
        ["run", "--data", agent.Paths.Data, "--Fleet:Agent:PullSeconds=0.5", "--Fleet:Agent:DiskMarginBytes=0", "--Logging:LogLevel:Default=None"]))!;
}

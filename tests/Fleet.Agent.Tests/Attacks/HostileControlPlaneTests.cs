using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Attacks;

/// <summary>Someone has the control plane, its database and its keys; some have a publisher's key too. Whatever they tell the device to run, it keeps what it has and says why.</summary>
public sealed class HostileControlPlaneTests(ServingAgent device) : IClassFixture<ServingAgent>
{
    [Fact]
    public async Task Other_bytes_than_were_released_are_refused()
    {
        var released = device.Release();
        var (other, card) = (TinyModel.Make(0.5f), released.Files[0]);
        device.Plane.Blobs[Digest.Of(other)] = other;

        await device.RefusesAsync(released with { Files = [card, released.Files[1] with { Digest = Digest.Of(other) }] }, UpdateState.RejectedUntrusted, "trust.mismatch");
    }

    [Fact]
    public async Task A_version_that_no_publisher_knows_is_refused()
    {
        var other = TinyModel.Make(0.45f);
        device.Plane.Blobs[Digest.Of(other)] = other;
        var id = VersionId.Parse("tiny@4711");

        await device.RefusesAsync(new DesiredVersion(id, "fp32", [new(Targets.Variant(id, "fp32"), Digest.Of(other), other.Length)]), UpdateState.RejectedUntrusted, "trust.mismatch");
    }

    [Fact]
    public async Task Wrong_software_that_was_signed_under_another_name_is_refused_when_a_download_answers_with_it()
    {
        var released = device.Release();
        var signed = device.Plane.Blobs[device.Older.Files[1].Digest];

        await device.RefusesAsync(released, UpdateState.RejectedUntrusted, "trust.mismatch", (_, content, http) =>
            Results.Bytes(content.Length == signed.Length ? signed : content).ExecuteAsync(http));
    }

    [Fact]
    public async Task Parts_of_two_releases_are_not_mixed_and_matched()
    {
        var released = device.Release();

        await device.RefusesAsync(released with { Files = [released.Files[0], device.Older.Files[1]] }, UpdateState.RejectedUntrusted, "trust.mismatch");
        await device.RefusesAsync(released with { Files = [device.Older.Files[0], released.Files[1]] }, UpdateState.RejectedUntrusted, "trust.mismatch");
    }

    [Fact]
    public async Task A_released_version_below_the_floor_is_refused_although_it_is_signed()
    {
        device.Plane.RaiseFloor(device.Serving.Id);

        await device.RefusesAsync(device.Older, UpdateState.RejectedUntrusted, "trust.rollback");
    }

    [Fact]
    public async Task Endless_data_is_not_read_beyond_what_was_signed() =>
        await device.RefusesAsync(device.Release(), UpdateState.RejectedUntrusted, "trust.mismatch", async (_, content, http) =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(content, http.RequestAborted);
            }
        });

    [Fact]
    public async Task A_file_that_is_swapped_through_a_second_name_after_it_was_fetched_is_refused()
    {
        var released = device.Release();
        var fetched = Path.Combine(device.Agent.Paths.Blobs, released.Files[1].Digest.Hex);
        var second = device.Agent.Paths.Data + ".second-name";
        device.Plane.BeforeTrust = () =>
        {
            // asked for again to verify, when all of the files have come
            if (File.Exists(fetched) && !File.Exists(second))
            {
                System.Diagnostics.Process.Start("ln", [fetched, second]).WaitForExit();
                File.WriteAllBytes(second, TinyModel.Make(0.4f));
            }
        };

        try
        {
            await device.RefusesAsync(released, UpdateState.RejectedUntrusted, "trust.mismatch");
            Assert.True(File.Exists(second), "it was swapped");
        }
        finally
        {
            device.Plane.BeforeTrust = null;
        }
    }

    /// <summary>Signed by a publisher whose key was stolen: what is in a file is judged on the device again.</summary>
    [Theory]
    [InlineData("weights outside", "model.unsafe")]
    [InlineData("native code", "model.unsafe")]
    [InlineData("compiled for a vendor", "model.unsafe")]
    [InlineData("giant tensor", "model.too-large")]
    [InlineData("circle", "model.unsafe")]
    [InlineData("function of itself", "model.unsafe")]
    [InlineData("deep nesting", "model.too-large")]
    [InlineData("no model", "model.not-onnx")]
    public async Task A_hostile_network_is_refused_although_it_is_signed(string kind, string code) =>
        await device.RefusesAsync(device.Release(HostileNetwork.Of(kind)), UpdateState.RejectedIncompatible, code);
}

using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>What the preview foresees from a device's own reports.</summary>
public sealed class RefusalTests
{
    private static readonly VersionId Version = VersionId.Parse("shelf@2");

    [Theory]
    [InlineData("fp32", 1L << 40, null)]
    [InlineData("fp32", 1L << 20, "1 MiB of disk free")]
    [InlineData("int8-trt", 1L << 40, "made for TensorRT, which it does not have (TensorRT: no GPU)")]
    [InlineData("auto", 1L << 40, "does not race variants")]
    public void Says_what_speaks_against_it(string variant, long diskFree, string? why)
    {
        var said = Refusals.Of(Device(diskFree), Card(), variant, missingBytes: 1000, outboxBytes: 1 << 20, floor: null);

        Assert.Equal(why is null, said is null);
        Assert.Contains(why ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Remembers_that_the_device_went_back_from_this_version_before()
    {
        var device = Device(1L << 40);
        device.Reported = device.Reported! with { Updates = [new(CameraId.Parse("dock"), Version, UpdateState.RolledBack, 1, new("engine.worse", "It was slower."), 0, null, 0, 0)] };

        Assert.Contains("RolledBack: It was slower.", Refusals.Of(device, Card(), "fp32", missingBytes: 0, outboxBytes: 0, floor: null), StringComparison.Ordinal);
    }

    private static DeviceRow Device(long diskFree) => new()
    {
        Id = DeviceId.Parse("edge-1"),
        Reported = new Reported(DeviceId.Parse("edge-1"), 1, 1, default, new DeviceFacts("0.1", "linux", "x64", 4, 1L << 33, diskFree, ["TensorRT: no GPU", "CPU"]), [], [], []),
    };

    private static VersionResponse Card() => new(
        new ModelCard
        {
            Version = Version,
            Head = "fleet",
            Classes = ["carton"],
            Input = new InputSpec("images", 320, 320, "uint8", "rgb", 1, [0, 0, 0], [1, 1, 1], "letterbox", 114),
            Variants = [new VariantFile("fp32", Digest.Of([1]), 1000), new VariantFile("int8-trt", Digest.Of([2]), 1000)],
        },
        VersionState.Released, default, "anna", []);
}

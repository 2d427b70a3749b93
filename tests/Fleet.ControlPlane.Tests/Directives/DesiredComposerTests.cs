using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;

namespace Fleet.ControlPlane.Tests.Directives;

public sealed class DesiredComposerTests
{
    private static readonly VersionId Id = VersionId.Parse("boxes@3");

    [Theory]
    [InlineData(VariantNames.Auto, "card.json fp32.onnx fp32-2-4.onnx int8.onnx golden.zip")]
    [InlineData("fp32-2:4", "card.json fp32-2-4.onnx golden.zip")]
    [InlineData(null, "card.json fp32.onnx golden.zip")]
    public void A_device_that_chooses_gets_every_variant_and_one_that_is_told_gets_that_one(string? variant, string files)
    {
        var device = new DeviceRow { Id = DeviceId.Parse("edge-1") };
        device.Cameras.Add(new CameraRow { Device = device.Id, Id = CameraId.Parse("dock"), Source = "/dev/video0", Version = Id, Variant = variant });

        var version = Assert.Single(DesiredComposer.Compose("tenant", device, new DevicePolicy(), new Dictionary<VersionId, VersionResponse> { [Id] = Version() }).Versions);

        Assert.Equal(variant ?? "fp32", version.Variant);
        Assert.Equal(files.Split(' '), version.Files.Select(f => f.Path.Split('/')[^1]));
    }

    [Fact]
    public void A_version_in_the_shadow_is_named_with_its_files_and_acts_on_no_camera()
    {
        var other = VersionId.Parse("boxes@4");
        var device = new DeviceRow { Id = DeviceId.Parse("edge-1") };
        device.Cameras.Add(new CameraRow { Device = device.Id, Id = CameraId.Parse("dock"), Source = "/dev/video0", Version = Id, Variant = "int8", Shadow = new DesiredShadow(other, EveryNth: 3) });

        var desired = DesiredComposer.Compose("tenant", device, new DevicePolicy(), new Dictionary<VersionId, VersionResponse> { [Id] = Version(), [other] = Version(other) });

        Assert.Equal([(Id, "int8"), (other, "fp32")], desired.Versions.Select(v => (v.Id, v.Variant)));
        Assert.Equal((Id, other, 3), (desired.Cameras[0].Version!.Value, desired.Cameras[0].Shadow!.Version, desired.Cameras[0].Shadow!.EveryNth));
    }

    private static VersionResponse Version(VersionId? id = null)
    {
        var me = id ?? Id;
        string[] names = ["fp32", "fp32-2:4", "int8"];
        var card = new ModelCard
        {
            Version = me,
            Head = "fleet",
            Classes = ["box"],
            Input = new InputSpec("image", 64, 64, "uint8", "rgb", 1, [], [], "stretch", 0),
            Variants = [.. names.Select((n, i) => new VariantFile(n, Digest.Of([(byte)i]), 1))],
        };
        string[] paths = [Targets.Card(me), .. names.Select(n => Targets.Variant(me, n)), Targets.GoldenClip(me)];
        return new VersionResponse(card, VersionState.Released, DateTimeOffset.UnixEpoch, "ada", [.. paths.Select(p => new TargetFile(p, Digest.Of([0]), 1))]);
    }
}

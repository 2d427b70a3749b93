using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Tests.Devices;

public sealed class GatherPolicyTests
{
    private static readonly Dictionary<DevicePolicy, string> Impossible = new()
    {
        [new DevicePolicy { RandomShare = 0.05 }] = "randomShare",
        [new DevicePolicy { Gather = new GatherPolicy { PoolSeconds = 0 } }] = "gather.poolSeconds",
        [new DevicePolicy { Gather = new GatherPolicy { NovelWeight = 1.1 } }] = "gather.novelWeight",
        [new DevicePolicy { Gather = new GatherPolicy { CountWeight = double.NaN } }] = "gather.countWeight",
        [new DevicePolicy { Gather = new GatherPolicy { NovelDistance = 0 } }] = "gather.novelDistance",
        [new DevicePolicy { Gather = new GatherPolicy { CountDeviations = 0.5 } }] = "gather.countDeviations",
        [new DevicePolicy { Gather = new GatherPolicy { BytesPerDay = -1 } }] = "gather.bytesPerDay",
        [new DevicePolicy { Gather = new GatherPolicy { CameraShare = 0 } }] = "gather.cameraShare",
        [new DevicePolicy { Gather = new GatherPolicy { ClassShare = 2 } }] = "gather.classShare",
        [new DevicePolicy { Redactions = [new Redaction(RedactionKind.Blur)] }] = "redactions",
        [new DevicePolicy { Redactions = [new Redaction(RedactionKind.Fill, "person", "desk")] }] = "redactions",
        [new DevicePolicy { Redactions = [new Redaction((RedactionKind)7, "person")] }] = "redactions",
        [new DevicePolicy { Redactions = [.. Enumerable.Repeat(new Redaction(RedactionKind.Fill, "person"), 65)] }] = "redactions",
    };

    [Fact]
    public void A_policy_that_cannot_be_followed_is_refused_and_names_what_is_wrong() => Assert.All(Impossible, policy =>
    {
        var refused = Assert.Throws<ProblemException>(() => DeviceRules.CheckPolicy(policy.Key));

        Assert.Contains($"The policy's {policy.Value} ", refused.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void What_a_policy_says_of_itself_can_be_followed() =>
        DeviceRules.CheckPolicy(new DevicePolicy { Redactions = [new Redaction(RedactionKind.Blur, "person"), new Redaction(RedactionKind.Fill, Zone: "desk")] });
}

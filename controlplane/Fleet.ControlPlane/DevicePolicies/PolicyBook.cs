using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.DevicePolicies;

/// <summary>Says which policy a device goes by. No clock, no I/O.</summary>
internal sealed class PolicyBook(FleetPolicyRequest fleet)
{
    private readonly List<(Selector Selector, LabelPolicy Labels)> _byLabels = [.. (fleet.ByLabels ?? []).Select(p => (Selector.Parse(p.Selector), p))];

    /// <summary>What every device takes for which nothing else is meant.</summary>
    public DevicePolicy Fleet => fleet.Policy;

    /// <summary>Its own, or that of the first selector that takes it, or the fleet's.</summary>
    public ChosenPolicy Of(DeviceRow device)
    {
        if (device.Policy is { } own)
        {
            return new ChosenPolicy(PolicyOrigin.Own, Selector: null, own);
        }

        var labels = _byLabels.Count > 0 ? RolloutEvidence.LabelsOf(device) : device.Labels;
        return _byLabels.Find(p => p.Selector.Matches(labels)) is { Labels: { } taken }
            ? new ChosenPolicy(PolicyOrigin.Labels, taken.Selector, taken.Policy)
            : new ChosenPolicy(PolicyOrigin.Fleet, Selector: null, fleet.Policy);
    }
}

/// <summary>A policy, and where it is from.</summary>
internal sealed record ChosenPolicy(PolicyOrigin Origin, string? Selector, DevicePolicy Policy);

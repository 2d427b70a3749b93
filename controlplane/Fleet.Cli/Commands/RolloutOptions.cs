using System.CommandLine;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>What a rollout is made of, as options.</summary>
internal sealed class RolloutOptions
{
    private readonly Option<string[]> _rings = new("--ring") { Description = "name:selector, in order, such as canary:ring=canary; with @5% or @3 only that share or number of devices, with #1 or #50% only that number or share of each one's cameras, such as canary:*@5%#1; repeatable. Missing, one ring of all devices." };
    private readonly Option<string?> _variant = new("--variant") { Description = "Which variant; auto lets each device take its fastest; missing, auto where there are several." };
    private readonly Option<string[]> _guards = new("--guard") { Description = $"kind=limit, such as error-rate=0.02; trial:kind=limit only measures; kind/others=limit compares with the other cameras of the box; repeatable. Kinds: {RolloutWords.Kinds}." };
    private readonly Option<int> _bake = new("--bake") { Description = "Minutes that each device must serve the version before the next ring opens." };
    private readonly Option<string[]> _hold = new("--hold") { Description = "Name of a ring after which a person has to say go on; repeatable." };
    private readonly Option<int?> _silentAfter = new("--silent-after") { Description = "Minutes after which a device without evidence is late; missing, never." };
    private readonly Option<SilentPolicy> _silent = new("--silent") { Description = "What then: Wait, LeaveBehind (as many as --max-silent allows) or Fail." };
    private readonly Option<double> _maxSilent = new("--max-silent") { Description = "Percent of a ring that may be left behind." };
    private readonly Option<string[]> _windows = new("--window") { Description = "When devices may be told, such as 'Mon-Fri 22:00-05:00 Europe/Berlin'; without a zone by each device's label time-zone; repeatable." };
    private readonly Option<string?> _siteCap = new("--site-cap") { Description = "Bytes an hour that the devices of one site may be told to fetch, such as 200MB." };
    private readonly Option<string?> _cap = new("--cap") { Description = "The same for all devices." };
    private readonly Option<bool> _approval = new("--needs-approval") { Description = "Someone else with the role Approver has to agree first." };

    public IReadOnlyList<Symbol> Symbols => [_rings, _variant, _guards, _bake, _hold, _silentAfter, _silent, _maxSilent, _windows, _siteCap, _cap, _approval];

    public RolloutRequest Of(VersionId version, ParseResult result)
    {
        var asked = result.GetValue(_rings) ?? [];
        List<RingRequest> rings = asked.Length == 0 ? [new RingRequest("all", "*")] : [.. asked.Select(RolloutWords.Ring)];
        var holds = result.GetValue(_hold) ?? [];
        if (holds.FirstOrDefault(h => !rings.Exists(r => r.Name == h)) is { } unknown)
        {
            throw new FormatException($"There is no ring '{unknown}' to hold after; rings: {string.Join(", ", rings.Select(r => r.Name))}.");
        }

        var windows = result.GetValue(_windows) ?? [];
        var caps = new ByteCaps(RolloutWords.Bytes(result.GetValue(_siteCap)), RolloutWords.Bytes(result.GetValue(_cap)));
        return new RolloutRequest(
            version,
            result.GetValue(_variant),
            [.. rings.Select(r => r with
            {
                BakeMinutes = result.GetValue(_bake),
                Hold = holds.Contains(r.Name),
                SilentAfterMinutes = result.GetValue(_silentAfter),
                Silent = result.GetValue(_silent),
                MaxSilentPercent = result.GetValue(_maxSilent),
            })],
            [.. (result.GetValue(_guards) ?? []).Select(RolloutWords.Guard)],
            result.GetValue(_approval),
            windows.Length > 0 ? windows : null,
            caps == new ByteCaps() ? null : caps);
    }
}

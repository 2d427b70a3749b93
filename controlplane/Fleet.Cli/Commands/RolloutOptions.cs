using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>What a rollout is made of, as options.</summary>
internal sealed class RolloutOptions
{
    private readonly Option<string[]> _rings = new("--ring") { Description = "name:selector, in order, such as canary:ring=canary; with @5% or @3 only that share or number of devices, with #1 or #50% only that number or share of each one's cameras, such as canary:*@5%#1; repeatable. Missing, one ring of all devices." };
    private readonly Option<string?> _variant = new("--variant") { Description = "Which variant; auto lets each device take its fastest; missing, auto where there are several." };
    private readonly Option<RolloutStrategy> _strategy = new("--strategy") { Description = "Rings: each ring is told to run the version; Shadow: the cameras of each ring run it in the shadow of their own first, and are told to run it when both agree." };
    private readonly Option<string[]> _shadow = new("--shadow") { Description = "Name of a ring that looks in the shadow first, where not all do; repeatable." };
    private readonly Option<string[]> _guards = new("--guard") { Description = $"kind=limit, such as error-rate=0.02; trial:kind=limit only measures; kind/others=limit compares with the other cameras of the box; kind=limit@500 says nothing before 500 frames; repeatable. Kinds: {RolloutWords.Kinds}." };
    private readonly Option<int> _bake = new("--bake") { Description = "Minutes that each device must serve the version before the next ring opens." };
    private readonly Option<string[]> _hold = new("--hold") { Description = "Name of a ring after which a person has to say go on; repeatable." };
    private readonly Option<int?> _silentAfter = new("--silent-after") { Description = "Minutes after which a device without evidence is late; missing, never." };
    private readonly Option<SilentPolicy> _silent = new("--silent") { Description = "What then: Wait, LeaveBehind (as many as --max-silent allows) or Fail." };
    private readonly Option<double> _maxSilent = new("--max-silent") { Description = "Percent of a ring that may be left behind." };
    private readonly Option<string[]> _windows = new("--window") { Description = "When devices may be told, such as 'Mon-Fri 22:00-05:00 Europe/Berlin'; without a zone by each device's label time-zone; repeatable." };
    private readonly Option<string?> _siteCap = new("--site-cap") { Description = "Bytes an hour that the devices of one site may be told to fetch, such as 200MB." };
    private readonly Option<string?> _cap = new("--cap") { Description = "The same for all devices." };
    private readonly Option<bool> _approval = new("--needs-approval") { Description = "Someone else with the role Approver has to agree first." };

    public IReadOnlyList<Symbol> Symbols => [_rings, _variant, _strategy, _shadow, _guards, _bake, _hold, _silentAfter, _silent, _maxSilent, _windows, _siteCap, _cap, _approval];

    /// <summary>What judges a shadow where nothing else was said.</summary>
    private static Guard Agreement => RolloutWords.Guard("shadow-agreement=0.9@500");

    /// <summary>For commands that name a version: what it is to be like, as it was saved.</summary>
    public Option<TemplateName?> From { get; } = Ask.IdOption<TemplateName>("--template", "Begin with this template. What is given beside it takes the place of its own: rings with all that belongs to them, all guards, all windows, caps, variant.");

    /// <summary>What was asked for, over the template where one is named.</summary>
    public async Task<RolloutRequest> OfAsync(FleetClient client, VersionId version, ParseResult result, CancellationToken cancellationToken)
    {
        var given = Template(result);
        return (result.GetValue(From) is { } name ? Over((await client.RolloutTemplates.GetAsync(name, cancellationToken)).Rollout, given, result) : given).For(version);
    }

    /// <summary>What was asked for, without a version.</summary>
    public RolloutTemplateRequest Template(ParseResult result)
    {
        var asked = result.GetValue(_rings) ?? [];
        List<RingRequest> rings = asked.Length == 0 ? [new RingRequest("all", "*")] : [.. asked.Select(RolloutWords.Ring)];
        var holds = Named(result.GetValue(_hold), rings, "hold after");
        string[] shadows = result.GetValue(_strategy) == RolloutStrategy.Shadow ? [.. rings.Select(r => r.Name)] : Named(result.GetValue(_shadow), rings, "look at in the shadow");
        List<Guard> guards = [.. (result.GetValue(_guards) ?? []).Select(RolloutWords.Guard)];
        if (shadows.Length > 0 && !guards.Exists(g => g is { Kind: GuardKind.ShadowAgreement, Trial: false }))
        {
            guards.Add(Agreement);
        }

        var windows = result.GetValue(_windows) ?? [];
        var caps = new ByteCaps(RolloutWords.Bytes(result.GetValue(_siteCap)), RolloutWords.Bytes(result.GetValue(_cap)));
        return new RolloutTemplateRequest(
            [.. rings.Select(r => r with
            {
                BakeMinutes = result.GetValue(_bake),
                Hold = holds.Contains(r.Name),
                Shadow = shadows.Contains(r.Name),
                SilentAfterMinutes = result.GetValue(_silentAfter),
                Silent = result.GetValue(_silent),
                MaxSilentPercent = result.GetValue(_maxSilent),
            })],
            result.GetValue(_variant),
            guards,
            result.GetValue(_approval),
            windows.Length > 0 ? windows : null,
            caps == new ByteCaps() ? null : caps);
    }

    private RolloutTemplateRequest Over(RolloutTemplateRequest template, RolloutTemplateRequest given, ParseResult result)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };

        Option[] ofRings = [_strategy, _shadow, _bake, _hold, _silentAfter, _silent, _maxSilent];
        if (!Given(_rings) && ofRings.FirstOrDefault(Given) is { } alone)
        {
            throw new FormatException($"{alone.Name} belongs to rings, and those are the template's. Give --ring as well, or save the template with it.");
        }

        return template with
        {
            Rings = Given(_rings) ? given.Rings : template.Rings,
            Guards = Given(_guards) ? given.Guards : template.Guards,
            Variant = given.Variant ?? template.Variant,
            NeedsApproval = given.NeedsApproval || template.NeedsApproval,
            Windows = given.Windows ?? template.Windows,
            Caps = given.Caps ?? template.Caps,
        };
    }

    private static string[] Named(string[]? names, List<RingRequest> rings, string what) =>
        (names ?? []).FirstOrDefault(n => !rings.Exists(r => r.Name == n)) is { } unknown
            ? throw new FormatException($"There is no ring '{unknown}' to {what}; rings: {string.Join(", ", rings.Select(r => r.Name))}.")
            : names ?? [];
}

/// <summary>How the cameras of a ring come to run a version.</summary>
internal enum RolloutStrategy
{
    Rings,
    Shadow,
}

using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>A rollout without its version, kept under a name.</summary>
/// <param name="Rings">In order; the first is the canary.</param>
/// <param name="Variant">Which variant; null is <c>auto</c> where there are several.</param>
/// <param name="Guards">What every camera of every ring has to meet; null for frames completed and committed alone.</param>
/// <param name="NeedsApproval">Someone else than the author has to agree.</param>
/// <param name="Windows">When devices may be told; null for any time.</param>
/// <param name="Caps">How many bytes may be sent; null for no limit.</param>
public sealed record RolloutTemplateRequest(
    [property: Required] IReadOnlyList<RingRequest> Rings,
    [property: StringLength(64, MinimumLength = 1)] string? Variant = null,
    IReadOnlyList<Guard>? Guards = null,
    bool NeedsApproval = false,
    IReadOnlyList<string>? Windows = null,
    ByteCaps? Caps = null)
{
    /// <summary>What is left of a rollout without its version.</summary>
    public static RolloutTemplateRequest Of(RolloutRequest rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return new RolloutTemplateRequest(rollout.Rings, rollout.Variant, rollout.Guards, rollout.NeedsApproval, rollout.Windows, rollout.Caps);
    }

    /// <summary>The rollout of <paramref name="version"/> that it describes.</summary>
    public RolloutRequest For(VersionId version) => new(version, Variant, Rings, Guards, NeedsApproval, Windows, Caps);
}

/// <summary>A template as it is kept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rollout">What it describes.</param>
/// <param name="SavedAt">When it was saved last.</param>
/// <param name="SavedBy">By whom.</param>
public sealed record RolloutTemplate(TemplateName Name, RolloutTemplateRequest Rollout, DateTimeOffset SavedAt, string SavedBy);

/// <summary>A template's name: 1 to 64 of a-z, 0-9 and -, starting with a letter or digit.</summary>
[JsonConverter(typeof(TextIdConverter<TemplateName>))]
public readonly record struct TemplateName : IParsable<TemplateName>
{
    private readonly string? _value;
    private TemplateName(string value) => _value = value;

    /// <inheritdoc/>
    public static TemplateName Parse(string s, IFormatProvider? provider = null) => TextId.Parse<TemplateName>(s, "a template's name", TextId.NameRule);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TemplateName result) =>
        TextId.IsName(s) ? TextId.Yes(new TemplateName(s!), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>One file that the publisher signed for.</summary>
/// <param name="Path">Target path.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Custom">What the publisher said of it: an object with <c>model</c>, <c>version</c>, <c>counter</c>; null where there is none.</param>
public sealed record TrustedTarget(string Path, long SizeBytes, Digest Digest, JsonElement? Custom)
{
    /// <summary>Which release of <paramref name="model"/> it came with, counted from 1; 0 where it is no file of that model.</summary>
    public long CounterOf(ModelName model) => Custom is { } custom
        && custom.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals(model.ToString())
        && custom.TryGetProperty("counter", out var counter) && counter.ValueKind == JsonValueKind.Number && counter.TryGetInt64(out var value)
            ? value
            : 0;

    /// <summary>Whether it is a file of <paramref name="version"/>.</summary>
    public bool IsOf(VersionId version) => Custom is { } custom
        && custom.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String && model.ValueEquals(version.Model.ToString())
        && custom.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value == version.Number;
}

/// <summary>The verified content of the release repository.</summary>
/// <param name="Version">Version of <c>targets.json</c>; 0 before any was seen.</param>
/// <param name="ExpiresAt">When the publisher's signature ends.</param>
/// <param name="Files">Every released file, by target path.</param>
/// <param name="Director">The key that signs directives, as the root names it; null where the root names none.</param>
public sealed record TrustedTargets(long Version, DateTimeOffset ExpiresAt, IReadOnlyDictionary<string, TrustedTarget> Files, PublicKey? Director)
{
    /// <summary>By model: files whose <c>counter</c> is lower are still listed, and are not to be installed any more.</summary>
    public IReadOnlyDictionary<string, long> Floors { get; init; } = new Dictionary<string, long>();

    /// <summary>Every floor with the version that it is, by model.</summary>
    public IReadOnlyList<ReleaseFloor> ListFloors() =>
        [.. Floors.OrderBy(f => f.Key, StringComparer.Ordinal).Where(f => ModelName.TryParse(f.Key, null, out _)).Select(f => new ReleaseFloor(ModelName.Parse(f.Key), f.Value, VersionOf(ModelName.Parse(f.Key), f.Value)))];

    /// <summary>The floor of its model, where devices refuse <paramref name="version"/> for it; else null.</summary>
    public ReleaseFloor? Above(VersionId version) =>
        Floors.TryGetValue(version.Model.ToString(), out var floor) && Files.Values.Any(f => f.IsOf(version) && f.CounterOf(version.Model) < floor)
            ? new ReleaseFloor(version.Model, floor, VersionOf(version.Model, floor))
            : null;

    private VersionId? VersionOf(ModelName model, long counter) => Files.Values.FirstOrDefault(f => f.CounterOf(model) == counter)?.Custom is { } custom
        && custom.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value > 0
            ? new VersionId(model, value)
            : null;

    /// <summary>Whether <paramref name="file"/> is released exactly so: same path, length and digest.</summary>
    public bool Contains(TargetFile file) =>
        Files.TryGetValue(file.Path, out var target) && target.SizeBytes == file.SizeBytes && target.Digest == file.Digest;
}

/// <summary>From which release of a model on devices install: what a publisher signed against a fault that must not come back.</summary>
/// <param name="Model">The model.</param>
/// <param name="Counter">Releases of it are counted from 1; those below are refused.</param>
/// <param name="Oldest">The version that this release is; null where it is listed no more.</param>
public sealed record ReleaseFloor(ModelName Model, long Counter, VersionId? Oldest)
{
    /// <summary>In words, as what devices install.</summary>
    public override string ToString() => $"nothing older than {(Oldest is { } oldest ? $"{oldest}" : $"release {Counter} of {Model}")}";
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Identity of a device: 1 to 64 of <c>a-z 0-9 -</c>, starting with a letter or digit. It is the CN of its certificate, its MQTT client id and its topic segment.</summary>
[JsonConverter(typeof(TextIdConverter<DeviceId>))]
public readonly record struct DeviceId : IParsable<DeviceId>
{
    private readonly string? _value;
    private DeviceId(string value) => _value = value;

    /// <inheritdoc/>
    public static DeviceId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<DeviceId>(s, "a device id", TextId.NameRule);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DeviceId result) =>
        TextId.IsName(s) ? TextId.Yes(new DeviceId(s!), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

/// <summary>Name of a camera within its device: 1 to 64 of <c>a-z 0-9 -</c>, starting with a letter or digit.</summary>
[JsonConverter(typeof(TextIdConverter<CameraId>))]
public readonly record struct CameraId : IParsable<CameraId>
{
    private readonly string? _value;
    private CameraId(string value) => _value = value;

    /// <inheritdoc/>
    public static CameraId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<CameraId>(s, "a camera id", TextId.NameRule);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CameraId result) =>
        TextId.IsName(s) ? TextId.Yes(new CameraId(s!), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

/// <summary>Name of a model: 1 to 64 of <c>a-z 0-9 -</c>, starting with a letter or digit.</summary>
[JsonConverter(typeof(TextIdConverter<ModelName>))]
public readonly record struct ModelName : IParsable<ModelName>
{
    private readonly string? _value;
    private ModelName(string value) => _value = value;

    /// <inheritdoc/>
    public static ModelName Parse(string s, IFormatProvider? provider = null) => TextId.Parse<ModelName>(s, "a model name", TextId.NameRule);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ModelName result) =>
        TextId.IsName(s) ? TextId.Yes(new ModelName(s!), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

/// <summary>A scene's name: 1 to 64 of a-z, 0-9 and -, starting with a letter or digit.</summary>
[JsonConverter(typeof(TextIdConverter<SceneName>))]
public readonly record struct SceneName : IParsable<SceneName>
{
    private readonly string? _value;
    private SceneName(string value) => _value = value;

    /// <inheritdoc/>
    public static SceneName Parse(string s, IFormatProvider? provider = null) => TextId.Parse<SceneName>(s, "a scene's name", TextId.NameRule);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SceneName result) =>
        TextId.IsName(s) ? TextId.Yes(new SceneName(s!), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

/// <summary>One immutable version of a model, written <c>model@number</c>; numbers count from 1.</summary>
[JsonConverter(typeof(TextIdConverter<VersionId>))]
public readonly record struct VersionId : IParsable<VersionId>
{
    /// <summary>Makes the id of version <paramref name="number"/> of <paramref name="model"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is below 1.</exception>
    public VersionId(ModelName model, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        Model = model;
        Number = number;
    }

    /// <summary>The model's name.</summary>
    public ModelName Model { get; }

    /// <summary>Counts from 1.</summary>
    public int Number { get; }

    /// <inheritdoc/>
    public static VersionId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<VersionId>(s, "a version", "model@number, as in warehouse@3");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out VersionId result)
    {
        var at = s?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        if (at > 0 && ModelName.TryParse(s![..at], provider, out var model)
            && int.TryParse(s.AsSpan(at + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number > 0 && s[at + 1] != '0')
        {
            return TextId.Yes(new VersionId(model, number), out result);
        }

        return TextId.No(out result);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => Number == 0 ? TextId.Text(null) : $"{Model}@{Number}";
}

/// <summary>SHA-256 of some bytes, written <c>sha256:</c> and 64 lower-case hex digits; the identity of every blob.</summary>
[JsonConverter(typeof(TextIdConverter<Digest>))]
public readonly record struct Digest : IParsable<Digest>
{
    private const string Prefix = "sha256:";
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");
    private readonly string? _value;
    private Digest(string value) => _value = value;

    /// <summary>The 64 hex digits without the algorithm.</summary>
    public string Hex => TextId.Text(_value)[Prefix.Length..];

    /// <summary>Digest of <paramref name="bytes"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>Digest from a finished hash of 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="hash"/> is not 32 bytes long.</exception>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => hash.Length == SHA256.HashSizeInBytes
        ? new(Prefix + Convert.ToHexStringLower(hash))
        : throw new ArgumentException($"A SHA-256 hash has 32 bytes, not {hash.Length}.", nameof(hash));

    /// <summary>Digest from 64 hex digits, as TUF metadata carries it.</summary>
    public static Digest FromHex(string hex) => Parse(Prefix + hex);

    /// <summary>Reads <paramref name="stream"/> to its end and digests it.</summary>
    public static async Task<Digest> OfAsync(Stream stream, CancellationToken cancellationToken) =>
        FromHash(await SHA256.HashDataAsync(stream, cancellationToken));

    /// <inheritdoc/>
    public static Digest Parse(string s, IFormatProvider? provider = null) => TextId.Parse<Digest>(s, "a digest", "sha256: and 64 lower-case hex digits");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result) =>
        s is { Length: 71 } && s.StartsWith(Prefix, StringComparison.Ordinal) && s.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0
            ? TextId.Yes(new Digest(s), out result)
            : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The digest was never set.</exception>
    public override string ToString() => TextId.Text(_value);
}

/// <summary>Identity of a rollout.</summary>
[JsonConverter(typeof(TextIdConverter<RolloutId>))]
public readonly record struct RolloutId : IParsable<RolloutId>
{
    private readonly Guid _value;
    private RolloutId(Guid value) => _value = value;

    /// <summary>A new id, ordered by time.</summary>
    public static RolloutId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <inheritdoc/>
    public static RolloutId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<RolloutId>(s, "a rollout id", "32 hex digits");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RolloutId result) =>
        Guid.TryParseExact(s, "N", out var g) && g != default ? TextId.Yes(new RolloutId(g), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => _value == default ? TextId.Text(null) : _value.ToString("N");
}

/// <summary>Identity of a training run.</summary>
[JsonConverter(typeof(TextIdConverter<TrainingRunId>))]
public readonly record struct TrainingRunId : IParsable<TrainingRunId>
{
    private readonly Guid _value;
    private TrainingRunId(Guid value) => _value = value;

    /// <summary>A new id, ordered by time.</summary>
    public static TrainingRunId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <inheritdoc/>
    public static TrainingRunId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<TrainingRunId>(s, "a training run id", "32 hex digits");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TrainingRunId result) =>
        Guid.TryParseExact(s, "N", out var g) && g != default ? TextId.Yes(new TrainingRunId(g), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => _value == default ? TextId.Text(null) : _value.ToString("N");
}

/// <summary>Identity of a command to a device.</summary>
[JsonConverter(typeof(TextIdConverter<CommandId>))]
public readonly record struct CommandId : IParsable<CommandId>
{
    private readonly Guid _value;
    private CommandId(Guid value) => _value = value;

    /// <summary>A new id, ordered by time.</summary>
    public static CommandId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <inheritdoc/>
    public static CommandId Parse(string s, IFormatProvider? provider = null) => TextId.Parse<CommandId>(s, "a command id", "32 hex digits");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CommandId result) =>
        Guid.TryParseExact(s, "N", out var g) && g != default ? TextId.Yes(new CommandId(g), out result) : TextId.No(out result);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public override string ToString() => _value == default ? TextId.Text(null) : _value.ToString("N");
}

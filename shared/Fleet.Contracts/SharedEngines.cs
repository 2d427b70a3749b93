using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a device does with engines beyond building its own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EngineSharing>))]
public enum EngineSharing
{
    /// <summary>It builds its own and gives none away.</summary>
    Off,

    /// <summary>It offers those that it built and that reproduced the golden clip.</summary>
    Offer,

    /// <summary>It takes those of other devices of exactly its kind, if they reproduce the golden clip here.</summary>
    Take,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>What <see cref="EngineSharing"/> allows.</summary>
public static class EngineSharings
{
    /// <summary>Whether engines are offered.</summary>
    public static bool Offers(this EngineSharing sharing) => sharing is EngineSharing.Offer or EngineSharing.Both;

    /// <summary>Whether engines of others are taken.</summary>
    public static bool Takes(this EngineSharing sharing) => sharing is EngineSharing.Take or EngineSharing.Both;
}

/// <summary>What the device that built an engine says of it.</summary>
/// <param name="Key">SHA-256 of everything that it depends on.</param>
/// <param name="Model">Digest of the ONNX file that it was built from.</param>
/// <param name="File">Digest of the engine's file.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Device">Who built it.</param>
/// <param name="BuiltAt">When, by its clock.</param>
public sealed record EngineStatement(Digest Key, Digest Model, Digest File, long SizeBytes, DeviceId Device, DateTimeOffset BuiltAt)
{
    /// <summary>Larger engines are not shared.</summary>
    public const long MaxBytes = 1L << 30;
}

/// <summary>A statement as it travels: signed by the device, with the certificate that says whose key it is.</summary>
/// <param name="CertificatePem">The device's certificate.</param>
/// <param name="Envelope">DSSE envelope around the <see cref="EngineStatement"/>, JSON.</param>
public sealed record SealedEngine(string CertificatePem, string Envelope)
{
    /// <summary>The HTTP header that carries it beside the engine, base64 of its JSON.</summary>
    public const string Header = "Fleet-Engine-Seal";

    /// <summary>More characters are not read.</summary>
    public const int MaxChars = 12_000;
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Signs engines with the key of the device that built them, and checks the seals of others. A seal says who built an engine; whether it is any good the golden clip says.</summary>
public static class EngineSeal
{
    /// <summary>The signed type of the payload.</summary>
    public const string PayloadType = "application/vnd.fleet.engine+json";

    /// <summary>Seals a statement, as the header takes it.</summary>
    /// <param name="statement">What the device says.</param>
    /// <param name="device">Its certificate, with its key.</param>
    public static string Close(EngineStatement statement, X509Certificate2 device)
    {
        ArgumentNullException.ThrowIfNull(device);
        using var key = SigningKey.Of(device);
        var envelope = Dsse.Seal(PayloadType, JsonSerializer.SerializeToUtf8Bytes(statement, FleetJson.Strict.EngineStatement), key);
        var seal = new SealedEngine(device.ExportCertificatePem(), Encoding.UTF8.GetString(envelope));
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(seal, FleetJson.Strict.SealedEngine));
    }

    /// <summary>What a seal says, if a device of this CA made it. Whether that device was revoked since only the control plane knows.</summary>
    /// <param name="header">As it travels.</param>
    /// <param name="caPem">The fleet's CA.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.EngineSeal"/>.</exception>
    public static EngineStatement Open(string header, string caPem, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(header);
        try
        {
            if (header.Length > SealedEngine.MaxChars)
            {
                throw Broken($"it has {header.Length} characters, and {SealedEngine.MaxChars} is the most that is read");
            }

            var seal = JsonSerializer.Deserialize(Convert.FromBase64String(header), FleetJson.Tolerant.SealedEngine) ?? throw new JsonException("null");
            using var ca = Certificate.Read(caPem, "The CA");
            using var certificate = Certificate.Read(seal.CertificatePem, "The seal");
            if (!DeviceCertificate.TryReadDeviceId(certificate, out var device) || !Chains.Signed(certificate, ca, Chains.ClientAuthentication, time))
            {
                throw Broken("its certificate is of no device of this fleet");
            }

            var payload = Dsse.Open(PayloadType, Encoding.UTF8.GetBytes(seal.Envelope), PublicKey.FromSpki(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
            var statement = JsonSerializer.Deserialize(payload, FleetJson.Tolerant.EngineStatement) ?? throw new JsonException("null");
            return statement.Device == device ? statement : throw Broken($"it speaks for {statement.Device}, and {device} signed it");
        }
        catch (ProblemException e) when (e.Kind != Problems.EngineSeal)
        {
            throw Broken("its signature is not of the key in its certificate, or it is damaged", e);
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException)
        {
            throw Broken("it cannot be read", e);
        }
    }

    private static ProblemException Broken(string why, Exception? cause = null) => new(Problems.EngineSeal, $"The engine's seal does not hold: {why}. Build the engine anew.", cause);
}

using System.Security.Cryptography;
using System.Text;

namespace Fleet.Trust;

/// <summary>Random secrets that are shown once and stored as their SHA-256 only: enrolment tokens, sign-in links, API keys, sessions.</summary>
public static class OneTimeSecret
{
    /// <summary>A fresh secret.</summary>
    /// <returns>256 bits, 64 lower-case hex digits.</returns>
    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>What the server stores instead of the secret.</summary>
    /// <returns>64 lower-case hex digits. No salt: 256 random bits cannot be guessed, and an equal hash is how the row is found.</returns>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether <paramref name="secret"/> is the one stored as <paramref name="hash"/>; takes the same time whatever differs.</summary>
    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));
}

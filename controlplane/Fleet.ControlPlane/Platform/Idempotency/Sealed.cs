using System.Security.Cryptography;
using System.Text;

namespace Fleet.ControlPlane.Platform.Idempotency;

/// <summary>AES-GCM under a key that only the caller's token can give again; nonce, tag, ciphertext.</summary>
internal static class Sealed
{
    private const int KeyBytes = 32;

    public static byte[] Close(byte[] body, string token)
    {
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var tag = new byte[AesGcm.TagByteSizes.MaxSize];
        var cipher = new byte[body.Length];
        using var aes = new AesGcm(Key(token), tag.Length);
        aes.Encrypt(nonce, body, cipher, tag);
        return [.. nonce, .. tag, .. cipher];
    }

    public static byte[] Open(byte[] closed, string token)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var body = new byte[closed.Length - nonce - tag];
        using var aes = new AesGcm(Key(token), tag);
        aes.Decrypt(closed.AsSpan(0, nonce), closed.AsSpan(nonce + tag), closed.AsSpan(nonce, tag), body);
        return body;
    }

    private static byte[] Key(string token) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(token), KeyBytes, info: "fleet idempotency"u8.ToArray());
}

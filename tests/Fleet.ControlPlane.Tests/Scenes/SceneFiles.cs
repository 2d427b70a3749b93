using System.Buffers.Binary;
using System.Text;

namespace Fleet.ControlPlane.Tests.Scenes;

/// <summary>The smallest files that a scene may have, and ways to spoil them.</summary>
internal static class SceneFiles
{
    /// <summary>A PNG by its parts: one pixel, check sums left out, for nobody decodes it here.</summary>
    public static byte[] Png(int widthPx = 4, int heightPx = 2)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, widthPx);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), heightPx);
        (head[8], head[9]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Part("IHDR", head), .. Part("IDAT", [1, 2, 3]), .. Part("IEND", [])];
    }

    public static byte[] Glb(string json = """{"asset":{"version":"2.0"},"cameras":[{},{}],"buffers":[{"byteLength":4}],"bufferViews":[{"buffer":0,"byteLength":4}]}""", uint? version = null, int tooLong = 0)
    {
        var text = Encoding.UTF8.GetBytes(json.PadRight((json.Length + 3) / 4 * 4));
        var glb = new byte[12 + 8 + text.Length + 8 + 4];
        Words(glb, 0, 0x46546C67, version ?? 2, (uint)(glb.Length + tooLong), (uint)text.Length, 0x4E4F534A);
        text.CopyTo(glb, 20);
        Words(glb, 20 + text.Length, 4, 0x004E4942);
        return glb;
    }

    private static void Words(byte[] into, int at, params uint[] words)
    {
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(into.AsSpan(at), word);
            at += 4;
        }
    }

    private static byte[] Part(string type, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
    }
}

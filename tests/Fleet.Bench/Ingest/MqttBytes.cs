using System.Buffers.Binary;
using System.Text;

namespace Fleet.Bench.Ingest;

/// <summary>The few MQTT 5 packets a publisher needs, as bytes: a whole client would measure itself.</summary>
internal static class MqttBytes
{
    public const byte ConnectAnswer = 0x20;
    public const byte PublishAnswer = 0x40;
    private const byte ConnectPacket = 0x10;
    private const byte PublishAtLeastOnce = 0x32;
    private const byte CleanStart = 0x02;
    private const byte NoProperties = 0;

    public static byte[] Connect(string clientId, ushort keepAliveSeconds) =>
        Packet(ConnectPacket, [.. Text("MQTT"), 5, CleanStart, .. Number(keepAliveSeconds), NoProperties, .. Text(clientId)]);

    public static byte[] Publish(string topic, ushort id, byte[] payload) =>
        Packet(PublishAtLeastOnce, [.. Text(topic), .. Number(id), NoProperties, .. payload]);

    private static byte[] Packet(byte header, byte[] body)
    {
        var length = new List<byte>();
        var rest = body.Length;
        do
        {
            length.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>= 7;
        }
        while (rest > 0);
        return [header, .. length, .. body];
    }

    private static byte[] Text(string text) => [.. Number((ushort)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Number(ushort number)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }
}

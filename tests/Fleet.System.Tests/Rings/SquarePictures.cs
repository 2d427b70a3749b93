using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.SystemTests.Rings;

/// <summary>Pictures of white squares on black, and the golden clip of them.</summary>
internal static class SquarePictures
{
    private const int Side = SquareNetwork.Side;
    private const int Live = 8;

    /// <summary>Two squares at the left and two at the right, at other places on each.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Live; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), Png([(i % 4, i), (i % 4, (i + 4) % Live), (4 + (i % 4), (i + 2) % Live), (4 + (i % 4), (i + 6) % Live)]));
        }
    }

    /// <summary>What was looked at before release: too little, as it happens, for nothing stands at the right.</summary>
    public static byte[] GoldenClip()
    {
        using var zip = new MemoryStream();
        new GoldenClip([.. Enumerable.Range(0, 3).Select(i => Golden(i, [(i, 1), (i, 5)]))]).Write(zip);
        return zip.ToArray();
    }

    private static GoldenFrame Golden(int number, (int X, int Y)[] squares) => new(
        $"{number:000}.png",
        Png(squares),
        [.. squares.Select(s => new Detection(SquareNetwork.Classes[0], 1, new Box(s.X * SquareNetwork.Cell, s.Y * SquareNetwork.Cell, SquareNetwork.Cell, SquareNetwork.Cell)))]);

    /// <summary>Eight bits of red, green and blue, without a filter.</summary>
    private static byte[] Png((int X, int Y)[] squares)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Side);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), Side);
        (head[8], head[9]) = (8, 2);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < Side; y++)
            {
                var row = new byte[1 + (3 * Side)];
                foreach (var square in squares.Where(s => s.Y == y / SquareNetwork.Cell))
                {
                    row.AsSpan(1 + (3 * SquareNetwork.Cell * square.X), 3 * SquareNetwork.Cell).Fill(0xFF);
                }

                zlib.Write(row);
            }
        }

        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Part("IHDR", head), .. Part("IDAT", packed.ToArray()), .. Part("IEND", [])];
    }

    private static byte[] Part(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc(named));
        return [.. length, .. named, .. sum];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}

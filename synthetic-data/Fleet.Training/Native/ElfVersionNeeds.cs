using System.Buffers.Binary;
using System.Text;

namespace Fleet.Training.Native;

/// <summary>The symbol versions that a 64-bit little-endian ELF library wants from others.</summary>
internal static class ElfVersionNeeds
{
    private const uint SectionOfNeeds = 0x6ffffffe;
    private const int WeakFlag = 2;

    /// <summary>Marks every need of <paramref name="version"/> as weak: the loader then goes on where the version is missing.</summary>
    /// <returns>Whether a byte was changed.</returns>
    /// <exception cref="InvalidDataException">Not such a library.</exception>
    public static bool Weaken(byte[] library, string version)
    {
        var changed = false;
        foreach (var at in FlagsOf(library, version))
        {
            var flags = BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));
            changed |= (flags & WeakFlag) == 0;
            BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan(at), (ushort)(flags | WeakFlag));
        }

        return changed;
    }

    /// <summary>Offsets of the flags of every need of <paramref name="version"/>.</summary>
    public static IReadOnlyList<int> FlagsOf(byte[] library, string version)
    {
        if (library.Length < 64 || !library.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("This is no 64-bit little-endian ELF library.");
        }

        var sections = Offset(library, 0x28);
        var size = Half(library, 0x3a);
        var found = new List<int>();
        for (var i = 0; i < Half(library, 0x3c); i++)
        {
            var section = sections + i * size;
            if (BinaryPrimitives.ReadUInt32LittleEndian(library.AsSpan(section + 4)) == SectionOfNeeds)
            {
                var names = Offset(library, sections + Word(library, section + 0x28) * size + 0x18);
                Collect(library, Offset(library, section + 0x18), Word(library, section + 0x2c), names, version, found);
            }
        }

        return found;
    }

    private static void Collect(byte[] library, int files, int count, int names, string version, List<int> found)
    {
        var file = files;
        for (var i = 0; i < count; i++)
        {
            var need = file + Word(library, file + 8);
            for (var k = 0; k < Half(library, file + 2); k++)
            {
                if (Text(library, names + Word(library, need + 8)) == version)
                {
                    found.Add(need + 4);
                }

                need += Word(library, need + 12);
            }

            file += Word(library, file + 12);
        }
    }

    private static string Text(byte[] library, int at) => Encoding.ASCII.GetString(library, at, Array.IndexOf(library, (byte)0, at) - at);

    private static int Offset(byte[] library, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(at)));

    private static int Word(byte[] library, int at) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(library.AsSpan(at)));

    private static int Half(byte[] library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));
}

using System.Buffers.Binary;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Whether bytes are one binary glTF 2.0 file that is whole, small enough to draw, and refers to nothing outside itself.</summary>
internal static class GlbCheck
{
    private const uint Magic = 0x46546C67;
    private const uint JsonChunk = 0x4E4F534A;
    private const uint BinaryChunk = 0x004E4942;
    private const int HeaderBytes = 12;
    private const int ChunkHeadBytes = 8;
    private const int MaxJsonBytes = 16 << 20;
    private const int MaxEntries = 100_000;
    private static readonly string[] Extensions = ["KHR_materials_unlit", "KHR_texture_transform", "KHR_materials_emissive_strength"];
    private static readonly string[] Pictures = ["image/png", "image/jpeg"];

    /// <returns>How many cameras stand in it.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.SceneInvalid"/>.</exception>
    public static int Read(string name, ReadOnlyMemory<byte> glb)
    {
        try
        {
            var (json, binaryBytes) = Chunks(glb);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            CheckExtensions(root);
            CheckBuffers(root, binaryBytes);
            CheckPictures(root);
            foreach (var list in root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array))
            {
                Require(list.Value.GetArrayLength() <= MaxEntries, $"it has more than {MaxEntries} {list.Name}");
            }

            return List(root, "cameras").Count;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException or FormatException)
        {
            var why = e is InvalidDataException ? e.Message : "its description cannot be read";
            throw new ProblemException(Problems.SceneInvalid, $"World '{name}' is not a binary glTF 2.0 file that can be shown: {why}. Make it with fleet twin push.", e);
        }
    }

    private static (ReadOnlyMemory<byte> Json, int BinaryBytes) Chunks(ReadOnlyMemory<byte> glb)
    {
        Require(glb.Length >= HeaderBytes + ChunkHeadBytes && Word(glb, 0) == Magic, "it does not begin as one does");
        Require(Word(glb, 4) == 2, $"it is of version {Word(glb, 4)}");
        Require(Word(glb, 8) == glb.Length, $"it says that it has {Word(glb, 8)} bytes, but has {glb.Length}");
        var json = Chunk(glb, HeaderBytes, JsonChunk);
        Require(json.Length <= MaxJsonBytes, $"its description has more than {MaxJsonBytes} bytes");
        var at = HeaderBytes + ChunkHeadBytes + json.Length;
        var binary = at == glb.Length ? default : Chunk(glb, at, BinaryChunk);
        Require(at == glb.Length || at + ChunkHeadBytes + binary.Length == glb.Length, "something lies behind its end");
        return (json, binary.Length);
    }

    private static ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> glb, int at, uint kind)
    {
        Require(glb.Length - at >= ChunkHeadBytes && Word(glb, at + 4) == kind, $"the part at byte {at} is not what belongs there");
        var length = Word(glb, at);
        Require(length <= glb.Length - at - ChunkHeadBytes, $"the part at byte {at} says that it is longer than the file");
        return glb.Slice(at + ChunkHeadBytes, (int)length);
    }

    private static void CheckExtensions(JsonElement root)
    {
        Require(root.GetProperty("asset").GetProperty("version").GetString() == "2.0", "it says that it is of another version");
        var stranger = List(root, "extensionsUsed").Concat(List(root, "extensionsRequired")).Select(e => e.GetString()).FirstOrDefault(e => !Extensions.Contains(e));
        Require(stranger is null, $"it uses the extension '{stranger}'; only {string.Join(", ", Extensions)} are taken");
    }

    private static void CheckBuffers(JsonElement root, int binaryBytes)
    {
        var buffers = List(root, "buffers");
        Require(buffers.Count <= 1 && !buffers.Exists(b => b.TryGetProperty("uri", out _)), "it refers to files outside itself");
        var bytes = buffers.Count == 0 ? 0 : buffers[0].GetProperty("byteLength").GetInt64();
        Require(bytes >= 0 && bytes <= binaryBytes, "it says that it holds more geometry than there is");
        foreach (var view in List(root, "bufferViews"))
        {
            long offset = Number(view, "byteOffset"), length = Number(view, "byteLength");
            Require(offset >= 0 && length >= 0 && offset + length <= bytes, "a part of its geometry lies outside the file");
        }

        Require(List(root, "accessors").TrueForAll(a => Number(a, "count") is > 0 and <= 20_000_000), "it says that it has more corners than can be drawn");
    }

    private static void CheckPictures(JsonElement root) => Require(
        List(root, "images").TrueForAll(i => !i.TryGetProperty("uri", out _) && i.TryGetProperty("mimeType", out var type) && Pictures.Contains(type.GetString())),
        "a picture in it lies outside the file or is neither PNG nor JPEG");

    private static List<JsonElement> List(JsonElement root, string name) => root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    // a double, so that no number of the file overflows; every real one is far below 2^53
    private static long Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.GetDouble() is >= 0 and < 1L << 40 and var number ? (long)number : of.TryGetProperty(name, out _) ? -1 : 0;

    private static uint Word(ReadOnlyMemory<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]);

    private static void Require(bool holds, string why)
    {
        if (!holds)
        {
            throw new InvalidDataException(why);
        }
    }
}

using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>The zip form of a golden clip: <c>golden.json</c> and the pictures it names.</summary>
internal static class GoldenContainer
{
    private const string IndexName = "golden.json";
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static GoldenClip Read(Stream zip)
    {
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > GoldenClip.MaxFrames + 1 || archive.Entries.Sum(e => e.Length) > GoldenClip.MaxBytes)
            {
                throw Refusal($"it holds {archive.Entries.Count} files; wanted are at most {GoldenClip.MaxFrames} frames and {GoldenClip.MaxBytes >> 20} MiB in all");
            }

            var budget = GoldenClip.MaxBytes;
            var index = JsonSerializer.Deserialize(Content(archive, IndexName, ref budget), GoldenJson.Default.GoldenIndex)!;
            if (index.Frames.Count is 0 or > GoldenClip.MaxFrames || !(index.MinIou is > 0 and <= 1) || !(index.ScoreTolerance is >= 0 and <= 1))
            {
                throw Refusal($"{IndexName} names {index.Frames.Count} frames, minIou {index.MinIou} and scoreTolerance {index.ScoreTolerance}; wanted are 1 to {GoldenClip.MaxFrames} frames and values of 0 to 1");
            }

            var frames = new List<GoldenFrame>();
            foreach (var (file, expected) in index.Frames)
            {
                frames.Add(new(file, Content(archive, file, ref budget), expected));
            }

            return new(frames, index.MinIou, index.ScoreTolerance);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw Refusal($"it is damaged or of another kind; wanted is a zip file with {IndexName} and PNG files", e);
        }
    }

    public static void Write(GoldenClip clip, Stream zip)
    {
        if (clip.Frames.Count is 0 or > GoldenClip.MaxFrames || clip.Frames.Any(f => !IsPlain(f.File)))
        {
            throw new ArgumentException($"A golden clip has 1 to {GoldenClip.MaxFrames} frames with plain names that end in .png.", nameof(clip));
        }

        using var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true);
        var index = new GoldenIndex([.. clip.Frames.Select(f => new GoldenIndexFrame(f.File, f.Expected))], clip.MinIou, clip.ScoreTolerance);
        Put(archive, IndexName, JsonSerializer.SerializeToUtf8Bytes(index, GoldenJson.Default.GoldenIndex), CompressionLevel.Optimal);
        foreach (var frame in clip.Frames)
        {
            Put(archive, frame.File, frame.Png, CompressionLevel.NoCompression);
        }
    }

    private static bool IsPlain(string name) => name.EndsWith(".png", StringComparison.Ordinal) && name.AsSpan().IndexOfAny('/', '\\') < 0;

    private static void Put(ZipArchive archive, string name, byte[] content, CompressionLevel level)
    {
        var entry = archive.CreateEntry(name, level);
        entry.LastWriteTime = Epoch;
        using var stream = entry.Open();
        stream.Write(content);
    }

    // what is unpacked is counted, not what the archive claims
    private static byte[] Content(ZipArchive archive, string name, ref long budget)
    {
        var entry = archive.GetEntry(name) ?? throw Refusal($"{name} is missing in it");
        using var stream = entry.Open();
        using var content = new MemoryStream();
        var block = new byte[64 << 10];
        for (var read = stream.Read(block); read > 0; read = stream.Read(block))
        {
            budget -= read;
            if (budget < 0)
            {
                throw Refusal($"it unpacks to more than {GoldenClip.MaxBytes >> 20} MiB");
            }

            content.Write(block, 0, read);
        }

        return content.ToArray();
    }

    private static ProblemException Refusal(string why, Exception? cause = null) => new(Problems.EngineGolden, $"The golden clip cannot be used: {why}.", cause);
}

internal sealed record GoldenIndex(IReadOnlyList<GoldenIndexFrame> Frames, float MinIou, float ScoreTolerance);

internal sealed record GoldenIndexFrame(string File, IReadOnlyList<Detection> Expected);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GoldenIndex))]
internal sealed partial class GoldenJson : JsonSerializerContext;

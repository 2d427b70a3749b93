using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Agent.Offline;

/// <summary>Writes detections as COCO results while they come; the file appears under its name when it is whole.</summary>
internal sealed class CocoResults : IDisposable
{
    private const int FlushBytes = 1 << 16;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, int> _ids;

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public CocoResults(string path, IReadOnlyList<string> classes)
    {
        _path = path;
        try
        {
            _file = File.Create(Temporary(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The results cannot be written to {path}: {e.Message}", e);
        }

        _json = new Utf8JsonWriter(_file);
        _ids = classes.Select((name, i) => (name, Id: i + 1)).ToDictionary(c => c.name, c => c.Id);
        _json.WriteStartArray();
    }

    /// <summary>Boxes written.</summary>
    public long Count { get; private set; }

    public void Add(long frame, Detection detection)
    {
        _json.WriteStartObject();
        _json.WriteNumber("image_id", frame);
        _json.WriteNumber("category_id", _ids[detection.Label]);
        _json.WriteString("category_name", detection.Label);
        _json.WriteStartArray("bbox");
        var box = detection.Box;
        foreach (var value in (ReadOnlySpan<float>)[box.X, box.Y, box.Width, box.Height])
        {
            _json.WriteNumberValue(Math.Round((decimal)value, 3));
        }

        _json.WriteEndArray();
        _json.WriteNumber("score", Math.Round((decimal)detection.Score, 6));
        if (detection.Track is { } track)
        {
            _json.WriteNumber("track_id", track);
        }

        _json.WriteEndObject();
        Count++;
        if (_json.BytesPending > FlushBytes)
        {
            _json.Flush();
        }
    }

    public void Complete()
    {
        _json.WriteEndArray();
        Close();
        File.Move(Temporary(_path), _path, overwrite: true);
    }

    /// <summary>What is not complete leaves nothing behind.</summary>
    public void Dispose()
    {
        Close();
        File.Delete(Temporary(_path));
    }

    private void Close()
    {
        // a writer flushes when it is disposed, each time
        if (_file.CanWrite)
        {
            _json.Dispose();
            _file.Dispose();
        }
    }

    private static string Temporary(string path) => path + ".part";
}

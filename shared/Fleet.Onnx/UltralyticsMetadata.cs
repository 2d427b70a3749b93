using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What Ultralytics' exporter writes into a file's metadata: <c>task</c>, <c>names</c>, <c>imgsz</c> and <c>stride</c>, each as Python's <c>repr</c>.</summary>
/// <param name="Head">The head that its task has.</param>
/// <param name="Classes">Class names in output order.</param>
/// <param name="WidthPx">Width it was exported for; null when it is not said.</param>
/// <param name="HeightPx">Height it was exported for; null when it is not said.</param>
internal sealed record UltralyticsMetadata(string Head, IReadOnlyList<string> Classes, int? WidthPx, int? HeightPx)
{
    /// <summary>Reads it; null where a file is not of theirs.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an entry cannot be read, or the task finds no boxes.</exception>
    public static UltralyticsMetadata? Get(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("names", out var names) || !(metadata.ContainsKey("task") || metadata.ContainsKey("stride")))
        {
            return null;
        }

        var size = metadata.TryGetValue("imgsz", out var imgsz) ? Read("imgsz", imgsz, Size) : (null, null);
        return new(HeadOf(metadata.GetValueOrDefault("task")), Read("names", names, Names), size.Width, size.Height);
    }

    // YOLOv5 writes the same entries, but no task; its shape is another one
    private static string HeadOf(string? task) => task switch
    {
        "detect" => HeadKinds.YoloV8,
        null => "",
        "classify" => HeadKinds.Classes,
        _ => throw new ProblemException(Problems.ModelHead, $"The file's metadata says task '{TensorRules.Short(task)}'; wanted is detect or classify. Masks, poses and turned boxes are not read: export the detector of the same family."),
    };

    private static IReadOnlyList<string> Names(object? value) => value switch
    {
        Dictionary<object, object?> byIndex => [.. Enumerable.Range(0, byIndex.Count).Select(i => byIndex.TryGetValue((long)i, out var name) ? Text(name) : throw new FormatException($"It has no name for class {i}."))],
        List<object?> inOrder => [.. inOrder.Select(Text)],
        _ => throw new FormatException("It is neither a dictionary nor a list."),
    };

    private static string Text(object? name) => name as string ?? throw new FormatException("A name is no string.");

    private static (int? Width, int? Height) Size(object? value) => value switch
    {
        long side => (Side(side), Side(side)),
        List<object?> and [long height, long width] => (Side(width), Side(height)),
        _ => throw new FormatException("It is neither a number nor a height and a width."),
    };

    private static int Side(long px) => px is > 0 and <= InputRules.MaxSidePx ? (int)px : throw new FormatException($"A side of {px} px is not possible.");

    private static T Read<T>(string key, string text, Func<object?, T> read)
    {
        try
        {
            return read(PythonLiteral.Parse(text));
        }
        catch (FormatException e)
        {
            throw new ProblemException(Problems.ModelHead, $"The file's metadata '{key}' cannot be read: '{TensorRules.Short(text)}'. {e.Message} Correct it, or remove it and give the value with the version.", e);
        }
    }
}

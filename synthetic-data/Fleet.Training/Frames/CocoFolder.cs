using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Training.Frames;

/// <summary>A folder with one COCO label file and its pictures, such as <c>fleet-twin render</c> writes.</summary>
internal static class CocoFolder
{
    /// <summary>Reads the folder; pictures lie where the file says, below the folder or its <c>images</c>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: the text names the file and what is missing.</exception>
    public static IReadOnlyList<LabelledPicture> Read(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        if (files.Length != 1)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{folder} holds {files.Length} JSON files, wanted is one: a COCO label file beside its pictures.");
        }

        var coco = Parse(files[0]);
        var names = coco.Categories.ToDictionary(c => c.Id, c => c.Name);
        var boxes = coco.Annotations.ToLookup(a => a.ImageId);
        return [.. coco.Images.Select(i => new LabelledPicture(
            Find(folder, i.FileName, files[0]),
            [.. boxes[i.Id].Select(a => new Annotation(names[a.CategoryId], new Box(a.Bbox[0], a.Bbox[1], a.Bbox[2], a.Bbox[3])))]))];
    }

    private static CocoFile Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CocoJson.Default.CocoFile) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} is no COCO label file: {e.Message}", e);
        }
    }

    private static string Find(string folder, string name, string file) =>
        new[] { Path.Combine(folder, name), Path.Combine(folder, "images", name) }.FirstOrDefault(File.Exists)
        ?? throw new ProblemException(Problems.RequestInvalid, $"{file} names the picture '{name}', which is neither in {folder} nor in its folder images.");
}

internal sealed record CocoFile(IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoAnnotation> Annotations, IReadOnlyList<CocoCategory> Categories);

internal sealed record CocoImage(long Id, [property: JsonPropertyName("file_name")] string FileName);

internal sealed record CocoAnnotation([property: JsonPropertyName("image_id")] long ImageId, [property: JsonPropertyName("category_id")] int CategoryId, float[] Bbox);

internal sealed record CocoCategory(int Id, string Name);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJson : JsonSerializerContext;

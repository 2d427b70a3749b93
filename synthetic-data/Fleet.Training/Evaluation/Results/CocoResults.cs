using System.Text.Json;
using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation.Results;

/// <summary>COCO's JSON as evaluation takes it: label files, and lists of results.</summary>
internal static class CocoResults
{
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>.</exception>
    public static CocoLabelFile Load(string path)
    {
        try
        {
            return CocoLabelFile.Read(path) ?? throw new JsonException("It has no images and annotations.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} is no COCO file: {e.Message}", e);
        }
    }

    /// <summary>A list of results, or the annotations of a whole file that carries scores; with the file where it is one.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>.</exception>
    public static (IReadOnlyList<CocoAnnotation> Results, CocoLabelFile? File) LoadResults(string path)
    {
        try
        {
            return CocoLabelFile.Read(path) is { } file
                ? (file.Annotations!, file)
                : (JsonSerializer.Deserialize(File.ReadAllBytes(path), CocoJson.Default.CocoAnnotationArray) ?? [], null);
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} is no list of COCO results: wanted is [{{\"image_id\", \"category_id\", \"bbox\", \"score\"}}, ...]. {e.Message}", e);
        }
    }

    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: there is none.</exception>
    public static ExactBox BoxOf(CocoAnnotation a, string path) => a.Bbox is { Length: 4 } b
        ? new ExactBox(b[0], b[1], b[2], b[3])
        : throw new ProblemException(Problems.RequestInvalid, $"{path}: the entry {a.Id} of image {a.ImageId} has no bbox of four numbers.");
}

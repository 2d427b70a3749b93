using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Vision;

namespace Fleet.Training.Runs;

/// <summary>How good a network was on the way.</summary>
/// <param name="Step">Steps that were taken.</param>
/// <param name="Seconds">That they took, without measuring.</param>
/// <param name="Map50">On the frames to measure with.</param>
internal sealed record LearningPoint(int Step, double Seconds, double Map50);

/// <summary>Measures a network every few steps; kept beside the checkpoint, so that a killed run has its whole curve.</summary>
internal sealed class LearningCurve(string folder, Lazy<IReadOnlyList<TruthFrame>> frames, TimeProvider time)
{
    private const string FileName = "curve.json";
    private readonly List<LearningPoint> _points = Read(Path.Combine(folder, FileName));
    private long _since = time.GetTimestamp();

    public IReadOnlyList<LearningPoint> Points => _points;

    public void Add(int step, ModelProto model)
    {
        // what was done after the checkpoint that a killed run goes on from is done again
        _points.RemoveAll(p => p.Step >= step);
        var seconds = (_points.Count > 0 ? _points[^1].Seconds : 0) + time.GetElapsedTime(_since).TotalSeconds;
        var path = Path.Combine(folder, "curve.onnx");
        OnnxFile.Write(model, path);
        using (var judge = new Judge(path, new HeadRequest { AllowUnnamed = true }))
        {
            _points.Add(new LearningPoint(step, Math.Round(seconds, 1), DetectionMetrics.Judge(judge.Look(frames.Value), judge.Card.ScoreThreshold).Map50));
        }

        File.Delete(path);
        File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(_points, CurveJson.Default.ListLearningPoint));
        _since = time.GetTimestamp();
    }

    private static List<LearningPoint> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), CurveJson.Default.ListLearningPoint) ?? [] : [];
        }
        catch (JsonException)
        {
            // torn by a kill: the curve starts anew, nothing else is lost
            return [];
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(List<LearningPoint>))]
internal sealed partial class CurveJson : JsonSerializerContext;

using System.Globalization;
using System.Text.Json.Nodes;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation.Results;

/// <summary>An evaluation as JSON, under the names that the published figures have.</summary>
internal static class Figures
{
    private static readonly double[] VocIous = [0.1, 0.3, 0.5, 0.75];

    /// <summary>COCO's twelve numbers, VOC's at four IoUs, and what Fleet says besides.</summary>
    public static JsonObject Of(IReadOnlyList<EvaluatedFrame> frames, DetectionEvaluation evaluation)
    {
        var json = Coco(evaluation.Coco);
        json["eleven_point"] = Voc(frames, VocMethod.ElevenPoint);
        json["every_point"] = Voc(frames, VocMethod.EveryPoint);
        json["frames"] = evaluation.Frames;
        json["objects"] = evaluation.Overall.Objects;
        json["threshold"] = evaluation.Threshold;
        json["precision"] = evaluation.Overall.Precision;
        json["recall"] = evaluation.Overall.Recall;
        json["countError"] = evaluation.Counts.MeanAbsolute;
        json["countBias"] = evaluation.Counts.Bias;
        json["countExactShare"] = evaluation.Counts.ExactShare;
        json["classes"] = new JsonArray([.. evaluation.Classes.Select(t => Class(t, evaluation))]);
        json["sizes"] = new JsonArray([.. evaluation.Sizes.Select(t => (JsonNode)Tally(t))]);
        json["confusion"] = new JsonObject
        {
            ["labels"] = new JsonArray([.. evaluation.Confusion.Labels.Select(l => (JsonNode)l)]),
            ["counts"] = new JsonArray([.. evaluation.Confusion.Counts.Select(row => (JsonNode)new JsonArray([.. row.Select(n => (JsonNode)n)]))]),
        };
        return json;
    }

    private static JsonObject Coco(CocoScores s) => new()
    {
        ["AP"] = s.Ap,
        ["AP50"] = s.Ap50,
        ["AP75"] = s.Ap75,
        ["APsmall"] = s.ApSmall,
        ["APmedium"] = s.ApMedium,
        ["APlarge"] = s.ApLarge,
        ["AR1"] = s.Ar1,
        ["AR10"] = s.Ar10,
        ["AR100"] = s.Ar100,
        ["ARsmall"] = s.ArSmall,
        ["ARmedium"] = s.ArMedium,
        ["ARlarge"] = s.ArLarge,
    };

    private static JsonObject Voc(IReadOnlyList<EvaluatedFrame> frames, VocMethod method) => new(VocIous.Select(iou =>
        KeyValuePair.Create(iou.ToString(CultureInfo.InvariantCulture), (JsonNode?)VocMetrics.MeanAveragePrecision(frames, iou, method))));

    private static JsonObject Class(Tally tally, DetectionEvaluation evaluation)
    {
        var json = Tally(tally);
        var scores = evaluation.Coco.Classes.FirstOrDefault(c => c.Label == tally.Name);
        json["ap"] = scores?.Ap;
        json["ap50"] = scores?.Ap50;
        json["ap75"] = scores?.Ap75;
        json["countError"] = evaluation.Counts.Classes.GetValueOrDefault(tally.Name);
        return json;
    }

    private static JsonObject Tally(Tally t) => new()
    {
        ["name"] = t.Name,
        ["objects"] = t.Objects,
        ["hits"] = t.Hits,
        ["falseAlarms"] = t.FalseAlarms,
        ["precision"] = t.Precision,
        ["recall"] = t.Recall,
    };
}

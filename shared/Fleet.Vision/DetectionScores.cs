using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>A frame with what is in it and what was found in it.</summary>
/// <param name="Truth">What is there.</param>
/// <param name="Found">What a version found, at every score it has: average precision needs the weak ones too.</param>
public sealed record JudgedFrame(IReadOnlyList<Annotation> Truth, IReadOnlyList<Detection> Found);

/// <summary>How well a version detects; shares are 0 to 1.</summary>
/// <param name="Map50">Mean average precision over classes at IoU 0.5.</param>
/// <param name="Map75">The same at IoU 0.75.</param>
/// <param name="Map">Mean over IoU 0.5, 0.55 … 0.95, as COCO has it.</param>
/// <param name="Precision">At the threshold and IoU 0.5, all classes together; 1 when nothing was found.</param>
/// <param name="Recall">At the threshold and IoU 0.5, all classes together; 1 when there was nothing to find.</param>
/// <param name="CountError">Mean of |found - there| a frame at the threshold.</param>
/// <param name="Frames">Frames judged.</param>
/// <param name="Objects">Objects in them.</param>
/// <param name="Classes">Class by class; only classes that occur.</param>
public sealed record DetectionScores(
    double Map50,
    double Map75,
    double Map,
    double Precision,
    double Recall,
    double CountError,
    int Frames,
    int Objects,
    IReadOnlyList<ClassScores> Classes);

/// <summary>One class.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Ap50">Average precision at IoU 0.5.</param>
/// <param name="Ap75">Average precision at IoU 0.75.</param>
/// <param name="Ap">Mean over IoU 0.5 … 0.95.</param>
/// <param name="Objects">Objects of the class.</param>
public sealed record ClassScores(string Label, double Ap50, double Ap75, double Ap, int Objects);

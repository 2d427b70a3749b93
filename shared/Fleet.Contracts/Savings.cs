namespace Fleet.Contracts;

/// <summary>What is known of the labels that choosing frames has saved, for one model. A label is a box, or a frame that shows nothing.</summary>
/// <param name="Model">The model.</param>
/// <param name="Runs">Training runs whose versions were measured on held-out real frames.</param>
/// <param name="RunsNeeded">With fewer, nothing is estimated.</param>
/// <param name="Labels">Labels that the newest of them learnt from.</param>
/// <param name="Chosen">Of these, labels of frames that a device chose for a reason; the rest came by chance, were asked for or were imported.</param>
/// <param name="Saved">The estimate; null while there is none.</param>
/// <param name="Why">What it says, or why there is none, in a sentence.</param>
public sealed record LabelSavings(ModelName Model, int Runs, int RunsNeeded, int Labels, int Chosen, SavedLabels? Saved, string Why);

/// <summary>An estimate with its interval of 95 %. Below 0: choosing cost labels.</summary>
/// <param name="Worth">How many labels of frames that came by chance one label of a chosen frame was worth.</param>
/// <param name="WorthLow">Its interval.</param>
/// <param name="WorthHigh">Its interval.</param>
/// <param name="Labels">Labels that chance would have needed more for the same accuracy.</param>
/// <param name="LabelsLow">Its interval.</param>
/// <param name="LabelsHigh">Its interval.</param>
public sealed record SavedLabels(double Worth, double WorthLow, double WorthHigh, int Labels, int LabelsLow, int LabelsHigh);

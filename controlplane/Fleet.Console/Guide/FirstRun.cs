using Fleet.Contracts;

namespace Fleet.Console.Guide;

/// <summary>The way from an empty control plane to a camera with boxes on it.</summary>
public static class FirstRun
{
    /// <summary>What is done, what is next, and what comes later: from facts alone.</summary>
    public static IReadOnlyList<GuideStep> Of(FirstRunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var steps = new List<GuideStep>();
        foreach (var (step, done, text) in Looked(facts))
        {
            var isNext = !done && steps.TrueForAll(s => s.State == StepState.Done);
            steps.Add(new(step, done ? StepState.Done : isNext ? StepState.Now : StepState.Later, text));
        }

        return steps;
    }

    /// <summary>Whether the overview has something to remind of; boxes it shows itself.</summary>
    public static bool IsUnderWay(IReadOnlyList<GuideStep> steps) => steps.Any(s => s.State != StepState.Done && s.Step != FirstStep.Boxes);

    /// <summary>The step that an address names; null for another word.</summary>
    public static FirstStep? Named(string? name) =>
        Enum.GetValues<FirstStep>().Where(s => Address(s).EndsWith($"/{name}", StringComparison.Ordinal)).Cast<FirstStep?>().FirstOrDefault();

    /// <summary>Where a step is shown.</summary>
    public static string Address(FirstStep step) => $"/start/{step.ToString().ToLowerInvariant()}";

    private static IEnumerable<(FirstStep Step, bool Done, string Text)> Looked(FirstRunFacts facts)
    {
        yield return (FirstStep.Account, true, $"{facts.Person} may sign in.");
        yield return (FirstStep.Version, facts.Version is not null, facts.Version is { } registered ? $"{registered} is registered." : "There is no version yet.");
        yield return (FirstStep.Release, facts.Released, OfRelease(facts));
        yield return (FirstStep.Device, facts.Seen, OfDevice(facts));
        yield return (FirstStep.Camera, facts.GivesFrames, OfCamera(facts));
        yield return (FirstStep.Rollout, facts.Running is not null, OfRollout(facts));
        yield return (FirstStep.Boxes, facts.Found > 0, OfBoxes(facts));
    }

    private static string OfRelease(FirstRunFacts facts) => facts switch
    {
        { Released: true } => $"{facts.Version} is signed: devices may run it.",
        { Version: { } draft } => $"{draft} waits for a publisher's signature.",
        _ => "A version has to be there first.",
    };

    private static string OfDevice(FirstRunFacts facts) => facts switch
    {
        { Device: null } => "No device is enrolled yet.",
        { Online: true } => $"{facts.Device} is online.",
        { Seen: true } => $"{facts.Device} was here and is not connected now: start its agent.",
        _ => $"{facts.Device} is enrolled and has not connected yet: start its agent.",
    };

    private static string OfCamera(FirstRunFacts facts) => facts switch
    {
        { Camera: null, Device: null } => "A device has to be there first.",
        { Camera: null } => $"{facts.Device} has no camera yet.",
        { GivesFrames: true } => $"{facts.Where} gives frames.",
        { CameraTrouble: { } trouble } => $"{facts.Where} gives no frames: {trouble}",
        _ => $"{facts.Where} is set; {facts.Device} opens it.",
    };

    private static string OfRollout(FirstRunFacts facts) => facts switch
    {
        { Running: { } running } => $"{running} runs on {facts.Where}.",
        { RolloutTrouble: { } trouble } => trouble,
        { RollingOut: { } moving } => $"{moving} is on its way: fetched, checked, tried, then switched to.",
        { Released: false } => "A signed version has to be there first.",
        { Camera: null } => "A camera has to be there first.",
        _ => "No camera runs a version yet.",
    };

    private static string OfBoxes(FirstRunFacts facts) => facts switch
    {
        { Found: > 0 } => $"{facts.Running} found objects on {facts.Where}.",
        { Running: { } running } => $"{running} has found nothing on {facts.Where} yet.",
        _ => "They come with the first version.",
    };
}

/// <summary>A step of the first run.</summary>
public enum FirstStep
{
    /// <summary>The first account.</summary>
    Account,

    /// <summary>A version is registered.</summary>
    Version,

    /// <summary>A publisher signed it.</summary>
    Release,

    /// <summary>A device is enrolled and connects.</summary>
    Device,

    /// <summary>A camera gives frames.</summary>
    Camera,

    /// <summary>A camera runs the version.</summary>
    Rollout,

    /// <summary>The version finds something.</summary>
    Boxes,
}

/// <summary>How far a step is.</summary>
public enum StepState
{
    /// <summary>Something else comes first.</summary>
    Later,

    /// <summary>The next thing to do.</summary>
    Now,

    /// <summary>Seen to be done.</summary>
    Done,
}

/// <summary>A step with how far it is, and a sentence about it.</summary>
public sealed record GuideStep(FirstStep Step, StepState State, string Text);

using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>What is known when a rule is looked at.</summary>
/// <param name="Rule">What was asked for.</param>
/// <param name="State">How far the rule is.</param>
/// <param name="SinceStart">Since its last run, or since it was made.</param>
/// <param name="NewLabels">Frames labelled since then.</param>
/// <param name="Learnt">Labelled frames to learn from.</param>
/// <param name="HeldOut">Labelled frames that are held out.</param>
/// <param name="Run">Its last run.</param>
/// <param name="Candidate">The version that run made.</param>
/// <param name="Rollout">State of the rollout it started.</param>
/// <param name="Drifting">Cameras that run the model whose drift alarm is newer than the last run.</param>
internal sealed record RuleFacts(
    TrainingRuleRequest Rule,
    TrainingRuleState State,
    TimeSpan SinceStart,
    int NewLabels,
    int Learnt,
    int HeldOut,
    TrainingRunResponse? Run = null,
    VersionResponse? Candidate = null,
    RolloutState? Rollout = null,
    int Drifting = 0);

/// <summary>What to do next, as data.</summary>
internal abstract record RuleStep
{
    private RuleStep(string why) => Why = why;

    /// <summary>One sentence for the rule's log.</summary>
    public string Why { get; }

    internal sealed record Wait(string Why) : RuleStep(Why);

    internal sealed record Start(string Why) : RuleStep(Why);

    /// <summary>The round is over; wait for the next trigger.</summary>
    internal sealed record Settle(string Why) : RuleStep(Why);

    /// <summary>The candidate is better.</summary>
    internal sealed record Accept(string Why) : RuleStep(Why);

    internal sealed record Promote(VersionId Version, string Why) : RuleStep(Why);
}

/// <summary>Decides from facts alone: no clock, no I/O. A version without a better figure on held-out real frames is never promoted.</summary>
internal static class RulePlanner
{
    public static RuleStep Next(RuleFacts facts) => facts.State switch
    {
        TrainingRuleState.Training => Trained(facts),
        TrainingRuleState.AwaitingRelease => Accepted(facts),
        TrainingRuleState.RollingOut => Rolling(facts),
        _ => Due(facts, out var why) ? new RuleStep.Start(why) : new RuleStep.Wait(why),
    };

    private static RuleStep Trained(RuleFacts facts) => facts.Run switch
    {
        null => new RuleStep.Settle("The run is gone."),
        { State: TrainingState.Queued } => new RuleStep.Wait($"Run {facts.Run.Id} waits for a trainer."),
        { State: TrainingState.Running } => new RuleStep.Wait($"Run {facts.Run.Id} is at work on {facts.Run.Trainer}."),
        { State: TrainingState.Failed } => new RuleStep.Settle($"Run {facts.Run.Id} failed: {facts.Run.Detail}"),
        _ => facts.Candidate is { } candidate ? Judge(facts.Rule, candidate.Card) : new RuleStep.Settle("The version that the run made is gone."),
    };

    private static RuleStep Judge(TrainingRuleRequest rule, ModelCard card)
    {
        if (!card.Metrics.TryGetValue(HeldOutMetrics.Result, out var now))
        {
            return new RuleStep.Settle($"{card.Version} was not measured on held-out frames, so nothing says that it is better; it stays a draft.");
        }

        var figure = $"{card.Version} has AP@.5 {Figure(now)} on {card.Metrics.GetValueOrDefault(HeldOutMetrics.Frames):0} held-out frames";
        if (card.Lineage.Parent is not { } champion)
        {
            return new RuleStep.Settle($"{figure}. It has no version before to be compared with: a person decides whether it is rolled out.");
        }

        if (!card.Metrics.TryGetValue(HeldOutMetrics.Base, out var before))
        {
            return new RuleStep.Settle($"{figure}, but {champion} could not be measured on them (it has other classes), so nothing says that it is better; it stays a draft.");
        }

        figure += $", {champion} {Figure(before)}";
        return now - before < rule.MinGain ? new RuleStep.Settle($"{figure}: not better by {Figure(rule.MinGain)}, so it is not promoted.")
            : rule.Rings is null ? new RuleStep.Settle($"{figure}: better. A person decides whether it is rolled out.")
            : new RuleStep.Accept($"{figure}: better. It is rolled out once a publisher has signed it.");
    }

    private static RuleStep Accepted(RuleFacts facts)
    {
        if (facts.Candidate is not { } candidate)
        {
            return new RuleStep.Settle("The accepted version is gone.");
        }

        return candidate.State == VersionState.Released ? new RuleStep.Promote(candidate.Card.Version, $"{candidate.Card.Version} is signed; its rollout begins.")
            : Due(facts, out var why) ? new RuleStep.Start($"Nobody signed {candidate.Card.Version} so far. {why}")
            : new RuleStep.Wait($"{candidate.Card.Version} waits for a publisher's signature.");
    }

    private static RuleStep Rolling(RuleFacts facts) => facts.Rollout switch
    {
        RolloutState.Finished => new RuleStep.Settle($"{facts.Candidate?.Card.Version} serves."),
        RolloutState.RolledBack or RolloutState.Aborted or RolloutState.Superseded => new RuleStep.Settle($"The rollout of {facts.Candidate?.Card.Version} ended as {facts.Rollout}."),
        null => new RuleStep.Settle("The rollout is gone."),
        _ => new RuleStep.Wait($"{facts.Candidate?.Card.Version} is being rolled out."),
    };

    /// <summary>Whether the trigger has come; that enough frames are labelled is another matter.</summary>
    public static bool IsTriggered(TrainingRuleRequest rule, int newLabels, TimeSpan sinceStart, int drifting) =>
        rule.Enabled && (newLabels >= rule.NewLabels || (newLabels > 0 && (sinceStart.TotalHours >= rule.EveryHours || (rule.OnDrift && drifting > 0))));

    private static bool Due(RuleFacts facts, out string why)
    {
        var rule = facts.Rule;
        var isTriggered = IsTriggered(rule, facts.NewLabels, facts.SinceStart, facts.Drifting);
        why = !rule.Enabled ? "The rule is not enabled."
            : !isTriggered ? Until(facts)
            : facts.HeldOut < rule.MinHeldOut ? $"{facts.HeldOut} of {rule.MinHeldOut} held-out frames are labelled."
            : facts.Learnt == 0 ? "No frame to learn from is labelled."
            : $"{(rule.OnDrift ? Alarms(facts.Drifting) : "")}{facts.NewLabels} frames were labelled since the last run; {facts.Learnt} are learnt from, {facts.HeldOut} are held out.";
        return isTriggered && facts.HeldOut >= rule.MinHeldOut && facts.Learnt > 0;
    }

    private static string Until(RuleFacts facts) => (facts.Rule.NewLabels, facts.Rule.EveryHours) switch
    {
        _ when facts.Rule.OnDrift && facts.Drifting > 0 => $"{Alarms(facts.Drifting)}Nothing was labelled since the last run.",
        ({ } labels, _) => $"{facts.NewLabels} of {labels} new labels.",
        (null, { } hours) => facts.NewLabels == 0 ? "Nothing was labelled since the last run." : string.Create(CultureInfo.InvariantCulture, $"{facts.SinceStart.TotalHours:0.#} of {hours:0.##} hours have passed."),
        _ => "No camera has a drift alarm.",
    };

    private static string Alarms(int drifting) => drifting switch { 0 => "", 1 => "One camera has a drift alarm. ", _ => $"{drifting} cameras have a drift alarm. " };

    private static string Figure(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

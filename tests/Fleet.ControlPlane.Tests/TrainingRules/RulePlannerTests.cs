using Fleet.Contracts;
using Fleet.ControlPlane.TrainingRules;

namespace Fleet.ControlPlane.Tests.TrainingRules;

public sealed class RulePlannerTests
{
    private static readonly TrainingRuleRequest Rule = new("x", NewLabels: 50, Rings: [new RingRequest("all", "*")]);
    private static readonly ModelName Warehouse = ModelName.Parse("warehouse");

    [Theory]
    [InlineData(49, 40, 10, "49 of 50 new labels.")]
    [InlineData(50, 41, 9, "9 of 10 held-out frames are labelled.")]
    [InlineData(50, 0, 50, "No frame to learn from is labelled.")]
    public void Waits_until_enough_is_labelled_on_both_sides(int newLabels, int learnt, int heldOut, string why) =>
        Assert.Equal(new RuleStep.Wait(why), RulePlanner.Next(Facts(newLabels: newLabels, learnt: learnt, heldOut: heldOut)));

    [Fact]
    public void Starts_when_enough_is_labelled() => Assert.IsType<RuleStep.Start>(RulePlanner.Next(Facts()));

    [Fact]
    public void Starts_nothing_while_it_is_not_enabled() =>
        Assert.Equal("The rule is not enabled.", Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(Rule with { Enabled = false }))).Why);

    [Fact]
    public void Trains_by_the_clock_only_when_something_was_labelled()
    {
        var daily = Rule with { NewLabels = null, EveryHours = 24 };

        Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(daily, newLabels: 0) with { SinceStart = TimeSpan.FromHours(25) }));
        Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(daily, newLabels: 1) with { SinceStart = TimeSpan.FromHours(23) }));
        Assert.IsType<RuleStep.Start>(RulePlanner.Next(Facts(daily, newLabels: 1) with { SinceStart = TimeSpan.FromHours(25) }));
    }

    [Fact]
    public void Trains_on_a_drift_alarm_only_when_asked_to_and_something_was_labelled()
    {
        var drifting = Rule with { OnDrift = true };

        Assert.Equal("One camera has a drift alarm. Nothing was labelled since the last run.", Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(drifting, newLabels: 0) with { Drifting = 1 })).Why);
        Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(newLabels: 1) with { Drifting = 2 }));
        Assert.IsType<RuleStep.Wait>(RulePlanner.Next(Facts(drifting, newLabels: 1)));
        Assert.StartsWith("2 cameras have a drift alarm. 1 frames", Assert.IsType<RuleStep.Start>(RulePlanner.Next(Facts(drifting, newLabels: 1) with { Drifting = 2 })).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.60, 0.50, 0.05, true)]
    [InlineData(0.54, 0.50, 0.05, false)]
    [InlineData(0.50, 0.50, 0, true)]
    [InlineData(0.49, 0.50, 0, false)]
    public void Promotes_a_result_only_if_it_is_not_worse_and_gains_what_is_asked(double now, double before, double minGain, bool better)
    {
        var step = RulePlanner.Next(Trained(Rule with { MinGain = minGain }, now, before));

        Assert.Equal(better, step is RuleStep.Accept);
        Assert.Equal(!better, step is RuleStep.Settle);
    }

    [Fact]
    public void Says_both_figures_of_a_result_that_is_worse() => Assert.Equal(
        "warehouse@2 has AP@.5 0.400 on 30 held-out frames, warehouse@1 0.500: not better by 0.000, so it is not promoted.",
        RulePlanner.Next(Trained(Rule, 0.4, 0.5)).Why);

    [Fact]
    public void Promotes_nothing_that_was_not_measured()
    {
        var facts = Trained(Rule, 0.9, 0.1);
        var unmeasured = facts with { Candidate = facts.Candidate! with { Card = facts.Candidate.Card with { Metrics = new Dictionary<string, double> { ["map50"] = 0.9 } } } };

        Assert.IsType<RuleStep.Settle>(RulePlanner.Next(unmeasured));
    }

    [Fact]
    public void Promotes_nothing_that_has_nothing_to_be_compared_with()
    {
        var facts = Trained(Rule, 0.9, 0.1);
        RuleStep With(ModelCard card) => RulePlanner.Next(facts with { Candidate = facts.Candidate! with { Card = card } });
        var card = facts.Candidate!.Card;

        Assert.IsType<RuleStep.Settle>(With(card with { Lineage = new Lineage() }));
        Assert.IsType<RuleStep.Settle>(With(card with { Metrics = card.Metrics.Where(m => m.Key != HeldOutMetrics.Base).ToDictionary() }));
    }

    [Fact]
    public void Leaves_a_better_result_to_a_person_where_there_are_no_rings() =>
        Assert.Contains("A person decides", Assert.IsType<RuleStep.Settle>(RulePlanner.Next(Trained(Rule with { Rings = null }, 0.6, 0.5))).Why, StringComparison.Ordinal);

    [Fact]
    public void Rolls_out_only_what_a_publisher_signed()
    {
        var draft = Trained(Rule, 0.6, 0.5) with { State = TrainingRuleState.AwaitingRelease, NewLabels = 0 };

        Assert.Equal("warehouse@2 waits for a publisher's signature.", Assert.IsType<RuleStep.Wait>(RulePlanner.Next(draft)).Why);
        var signed = draft with { Candidate = draft.Candidate! with { State = VersionState.Released } };
        Assert.Equal(VersionId.Parse("warehouse@2"), Assert.IsType<RuleStep.Promote>(RulePlanner.Next(signed)).Version);
    }

    [Fact]
    public void Trains_on_when_nobody_signs_and_more_is_labelled() =>
        Assert.IsType<RuleStep.Start>(RulePlanner.Next(Trained(Rule, 0.6, 0.5) with { State = TrainingRuleState.AwaitingRelease }));

    [Theory]
    [InlineData(RolloutState.Running, false)]
    [InlineData(RolloutState.Paused, false)]
    [InlineData(RolloutState.Finished, true)]
    [InlineData(RolloutState.RolledBack, true)]
    [InlineData(RolloutState.Aborted, true)]
    public void Ends_its_round_with_the_rollout(RolloutState rollout, bool over) =>
        Assert.Equal(over, RulePlanner.Next(Trained(Rule, 0.6, 0.5) with { State = TrainingRuleState.RollingOut, Rollout = rollout }) is RuleStep.Settle);

    [Fact]
    public void Tells_why_a_run_failed()
    {
        var facts = Trained(Rule, 0.6, 0.5);
        var failed = facts with { Run = facts.Run! with { State = TrainingState.Failed, Detail = "The recipe names no class." } };

        Assert.EndsWith("failed: The recipe names no class.", Assert.IsType<RuleStep.Settle>(RulePlanner.Next(failed)).Why, StringComparison.Ordinal);
    }

    private static RuleFacts Facts(TrainingRuleRequest? rule = null, int newLabels = 50, int learnt = 40, int heldOut = 10) =>
        new(rule ?? Rule, TrainingRuleState.Waiting, TimeSpan.FromMinutes(1), newLabels, learnt, heldOut);

    private static RuleFacts Trained(TrainingRuleRequest rule, double now, double before)
    {
        var run = new TrainingRunResponse(
            TrainingRunId.New(TimeProvider.System), new TrainingRunRequest(Warehouse, "x"), TrainingState.Succeeded, Progress: null, "trainer", 1, new VersionId(Warehouse, 2), Detail: null, default, default);
        var card = new ModelCard
        {
            Version = new VersionId(Warehouse, 2),
            Head = "fleet",
            Classes = ["box"],
            Input = new InputSpec("images", 32, 32, "uint8", "rgb", 1, [], [], "letterbox", 114),
            Variants = [],
            Lineage = new Lineage(Parent: new VersionId(Warehouse, 1)),
            Metrics = new Dictionary<string, double> { [HeldOutMetrics.Result] = now, [HeldOutMetrics.Base] = before, [HeldOutMetrics.Frames] = 30 },
        };
        return new RuleFacts(rule, TrainingRuleState.Training, TimeSpan.FromHours(1), 50, 40, 10, run, new VersionResponse(card, VersionState.Draft, default, "trainer", []));
    }
}

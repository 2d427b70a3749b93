using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>The rule of one model, and how far its round is.</summary>
internal sealed class RuleRow
{
    private const int MaxLog = 200;

    public required ModelName Model { get; init; }

    public required TrainingRuleRequest Rule { get; set; }

    public TrainingRuleState State { get; private set; }

    /// <summary>What it waits for.</summary>
    public string Why { get; private set; } = "";

    public int Runs { get; private set; }

    public TrainingRunId? Run { get; private set; }

    public VersionId? Candidate { get; set; }

    public RolloutId? Rollout { get; private set; }

    /// <summary>When the last run was started, or the rule made.</summary>
    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>Labelled frames there were then.</summary>
    public required int LabelledAtStart { get; set; }

    public List<LogLine> Log { get; private set; } = [];

    /// <summary>Rises with everything that happens.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>Rises when a person changes the rule: what happens meanwhile does not stand in their way.</summary>
    public long Edition { get; private set; } = 1;

    public string ETag => ETags.Of(Edition);

    /// <returns>Whether anything changed.</returns>
    public bool Wait(string why)
    {
        if (Why == why)
        {
            return false;
        }

        Why = why;
        Revision++;
        return true;
    }

    public void Started(TrainingRunId run, int labelled, string why, DateTimeOffset at)
    {
        (Run, Candidate, Rollout, LabelledAtStart, StartedAt) = (run, null, null, labelled, at);
        Runs++;
        Turn(TrainingRuleState.Training, why, at);
    }

    public void RollsOut(RolloutId rollout, string why, DateTimeOffset at)
    {
        Rollout = rollout;
        Turn(TrainingRuleState.RollingOut, why, at);
    }

    public void Turn(TrainingRuleState state, string why, DateTimeOffset at)
    {
        (State, Why) = (state, why);
        Say(why, at);
    }

    public void Change(TrainingRuleRequest rule, string by, DateTimeOffset at)
    {
        Rule = rule;
        Edition++;
        Say($"{by} changed the rule.", at);
    }

    private void Say(string text, DateTimeOffset at)
    {
        Log = [.. Log.Skip(Math.Max(0, Log.Count + 1 - MaxLog)), new LogLine(at, text)];
        Revision++;
    }

    public int NewLabels(int labelled) => Math.Max(0, labelled - LabelledAtStart);

    public TrainingRuleResponse Show(int labelled) =>
        new(Model, Rule, State, Why, labelled, NewLabels(labelled), Runs, Run, Candidate, Rollout, Log, ETag);
}

internal sealed class RuleRowMapping : IEntityTypeConfiguration<RuleRow>
{
    public void Configure(EntityTypeBuilder<RuleRow> builder)
    {
        builder.ToTable("TrainingRules");
        builder.HasKey(r => r.Model);
        builder.Property(r => r.Rule).HasJson(FleetJson.Strict.TrainingRuleRequest);
        builder.Property(r => r.Log).HasJson(FleetJson.Strict.ListLogLine);
        builder.Property(r => r.Revision).IsConcurrencyToken();
    }
}

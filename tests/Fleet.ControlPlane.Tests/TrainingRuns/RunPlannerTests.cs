using Fleet.Contracts;
using Fleet.ControlPlane.TrainingRuns;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.ControlPlane.Tests.TrainingRuns;

public sealed class RunPlannerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void Rests_when_nothing_waits() => Assert.Equal(new RunStep.Rest(), RunPlanner.Next([], Now));

    [Fact]
    public void Hands_out_the_oldest_run()
    {
        var younger = Run(age: 1);
        var older = Run(age: 2);

        Assert.Equal(new RunStep.Hand(older.Id, Attempt: 1), RunPlanner.Next([younger, older], Now));
    }

    [Fact]
    public void Leaves_a_run_to_the_trainer_that_holds_it()
    {
        var held = Run(age: 2, attempt: 1, leaseEndsAt: Now + TimeSpan.FromSeconds(1));

        Assert.Equal(new RunStep.Rest(), RunPlanner.Next([held], Now));
    }

    [Fact]
    public void Hands_out_again_what_a_silent_trainer_held()
    {
        var held = Run(age: 2, attempt: 1, leaseEndsAt: Now + RunPlanner.Lease);
        _time.Advance(RunPlanner.Lease);

        Assert.Equal(new RunStep.Hand(held.Id, Attempt: 2), RunPlanner.Next([Run(age: 1), held], Now));
    }

    [Fact]
    public void Gives_up_a_run_that_lost_five_trainers_and_says_why()
    {
        var lost = Run(age: 1, attempt: RunPlanner.MaxAttempts, leaseEndsAt: Now);

        var step = Assert.IsType<RunStep.GiveUp>(RunPlanner.Next([Run(age: 2), lost], Now));

        Assert.Equal(lost.Id, step.Run);
        Assert.StartsWith("5 trainers took this run", step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Lets_the_fifth_trainer_finish()
    {
        var last = Run(age: 1, attempt: RunPlanner.MaxAttempts, leaseEndsAt: Now + TimeSpan.FromSeconds(1));

        Assert.Equal(new RunStep.Rest(), RunPlanner.Next([last], Now));
    }

    private OpenRun Run(int age, int attempt = 0, DateTimeOffset? leaseEndsAt = null) =>
        new(TrainingRunId.New(_time), Now - TimeSpan.FromMinutes(age), attempt, leaseEndsAt);
}

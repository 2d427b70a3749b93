using System.Globalization;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Faults;

/// <summary>The real program is killed without warning while it updates. FLEET_FAULT_KILLS says how often; <c>./fleet faults 1000</c> is the long form.</summary>
public sealed class FaultTests
{
    private const string Usual = "12";
    private const int LongestDelayMs = 1500;

    private static readonly UpdateState[] Transitions =
    [
        UpdateState.Reserving, UpdateState.Fetching, UpdateState.Verifying, UpdateState.Preparing, UpdateState.Proving,
        UpdateState.Activating, UpdateState.Watching, UpdateState.Committed, UpdateState.RolledBack,
    ];

    [Fact]
    public async Task Killed_at_every_transition_and_at_random_it_always_starts_with_one_valid_version_and_every_sample()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("FLEET_FAULT_KILLS") is { Length: > 0 } set ? set : Usual, CultureInfo.InvariantCulture);
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 120);
        using var process = new AgentProcess(agent.Paths);
        plane.SampleStatus = 503;
        var trial = new KillTrial(plane, agent, process, [plane.Release(1, TinyModel.Make(1), AgentTests.Golden(squares: 3)), plane.Release(2, TinyModel.Make(0.95f), AgentTests.Golden(squares: 3))]);
        var random = new Random(kills);
        await trial.BeginAsync();

        // each transition once, in the long form again and again; the rest at random
        do
        {
            foreach (var transition in Transitions)
            {
                await trial.KillAtAsync(transition);
            }
        }
        while (trial.Kills < kills / 2);
        while (trial.Kills < kills)
        {
            await trial.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(LongestDelayMs)));
        }

        await trial.EndAsync();
        Assert.True(trial.Samples > 0, "the device kept samples");
        TestContext.Current.TestOutputHelper?.WriteLine($"{trial.Kills} kills, {trial.Samples} samples kept.");
    }
}

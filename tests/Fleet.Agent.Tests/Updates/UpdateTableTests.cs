using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Updates;

public sealed class UpdateTableTests
{
    /// <summary>Every step, with where each event leads: Done, Again, Untrusted, Incompatible, Failed, Restarted, Looped; - where it cannot end so.</summary>
    [Theory]
    [InlineData("Reserving", "Fetching - - - FailedNoChange Reserving FailedNoChange")]
    [InlineData("Fetching", "Verifying Fetching RejectedUntrusted - FailedNoChange Reserving FailedNoChange")]
    [InlineData("Verifying", "Preparing Verifying RejectedUntrusted RejectedIncompatible FailedNoChange Reserving FailedNoChange")]
    [InlineData("Preparing", "Proving - RejectedUntrusted RejectedIncompatible FailedNoChange Reserving FailedNoChange")]
    [InlineData("Proving", "Activating - - RejectedIncompatible FailedNoChange Reserving FailedNoChange")]
    [InlineData("Activating", "Watching - - - RolledBack Reserving RolledBack")]
    [InlineData("Watching", "Committed - - - RolledBack Reserving RolledBack")]
    [InlineData("Committed", "- - - - - - -")]
    [InlineData("RejectedUntrusted", "- - - - - - -")]
    [InlineData("RejectedIncompatible", "- - - - - - -")]
    [InlineData("FailedNoChange", "- - - - - - -")]
    [InlineData("RolledBack", "- - - - - - -")]
    [InlineData("FailedUnableToRollBack", "- - - - - - -")]
    public void Every_event_of_every_state_leads_where_the_table_says(string from, string row)
    {
        var state = Enum.Parse<UpdateState>(from);
        var next = Enum.GetValues<UpdateEvent>().Select(e => UpdateTable.Next(state, e, canGoBack: true)?.ToString() ?? "-");

        Assert.Equal(row, string.Join(' ', next));
    }

    [Fact]
    public void Without_a_version_to_go_back_to_a_rollback_is_named_as_impossible()
    {
        Assert.Equal(UpdateState.FailedUnableToRollBack, UpdateTable.Next(UpdateState.Watching, UpdateEvent.Failed, canGoBack: false));
        Assert.Equal(UpdateState.Committed, UpdateTable.Next(UpdateState.Watching, UpdateEvent.Done, canGoBack: false));
    }

    [Theory]
    [InlineData("trust.mismatch", UpdateState.Fetching, UpdateEvent.Untrusted)]
    [InlineData("trust.expired", UpdateState.Verifying, UpdateEvent.Untrusted)]
    [InlineData("server.busy", UpdateState.Fetching, UpdateEvent.Again)]
    [InlineData("blob.unknown", UpdateState.Fetching, UpdateEvent.Failed)]
    [InlineData("device.disk-full", UpdateState.Reserving, UpdateEvent.Failed)]
    [InlineData("model.operator", UpdateState.Verifying, UpdateEvent.Incompatible)]
    [InlineData("engine.failed", UpdateState.Preparing, UpdateEvent.Failed)]
    [InlineData("engine.golden", UpdateState.Proving, UpdateEvent.Failed)]
    internal void A_failure_is_the_event_that_its_problem_names(string code, UpdateState during, UpdateEvent expected)
    {
        var result = UpdateSteps.Judge(during, new ProblemException(Problems.Find(code), "because"));

        Assert.Equal((expected, code, "because"), (result.Event, result.Problem!.Code, result.Problem.Detail));
    }
}

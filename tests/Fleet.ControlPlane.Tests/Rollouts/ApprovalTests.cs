using System.Security.Claims;
using Fleet.Console.Rollouts;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Whom the console lets press Approve; whoever gets around it is refused by the API.</summary>
public sealed class ApprovalTests
{
    [Theory]
    [InlineData("bert", Role.Approver, null)]
    [InlineData("boss", Role.Admin, null)]
    [InlineData("Anna", Role.Admin, "You started it")]
    [InlineData("otto", Role.Operator, "Someone with the role Approver")]
    public void The_author_and_whoever_lacks_the_role_are_told_why_they_may_not(string name, Role role, string? why)
    {
        var viewer = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, $"{role}")], "test"));
        var rollout = new RolloutResponse(RolloutId.New(TimeProvider.System), VersionId.Parse("shelf@2"), "fp32", RolloutState.AwaitingApproval, 0, [], [], default, "anna");

        var said = Approval.WhyNot(rollout, viewer);

        Assert.Equal(why is null, said is null);
        Assert.StartsWith(why ?? "", said ?? "", StringComparison.Ordinal);
    }
}

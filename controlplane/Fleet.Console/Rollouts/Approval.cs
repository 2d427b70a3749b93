using System.Security.Claims;
using Fleet.Contracts;

namespace Fleet.Console.Rollouts;

/// <summary>Who may agree to a rollout.</summary>
public static class Approval
{
    /// <summary>Why <paramref name="viewer"/> may not, in a sentence; null where they may.</summary>
    public static string? WhyNot(RolloutResponse rollout, ClaimsPrincipal viewer)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(viewer);
        if (!viewer.IsInRole(nameof(Role.Approver)) && !viewer.IsInRole(nameof(Role.Admin)))
        {
            return "Someone with the role Approver has to agree before any device is told.";
        }

        return string.Equals(viewer.Identity?.Name, rollout.CreatedBy, StringComparison.OrdinalIgnoreCase)
            ? "You started it: someone else with the role Approver has to agree before any device is told."
            : null;
    }
}

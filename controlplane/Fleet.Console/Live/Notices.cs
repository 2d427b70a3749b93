using Fleet.Contracts;
using MudBlazor;

namespace Fleet.Console.Live;

/// <summary>Does what a person asked for and says how it went.</summary>
internal sealed class Notices(ISnackbar snackbar)
{
    /// <returns>Whether it was done; what went wrong was shown.</returns>
    public async Task<bool> TryAsync(Func<Task> action, string? done = null)
    {
        try
        {
            await action();
        }
        catch (ProblemException e)
        {
            snackbar.Add($"{e.Kind.Title}. {e.Message}", Severity.Error);
            return false;
        }

        if (done is not null)
        {
            snackbar.Add(done, Severity.Success);
        }

        return true;
    }
}

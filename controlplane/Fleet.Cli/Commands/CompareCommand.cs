using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Two versions on the same frames, in the terminal.</summary>
internal static class CompareCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(700);

    public static Command Create()
    {
        var a = Ask.Id<VersionId>("a", "One version.");
        var b = Ask.Id<VersionId>("b", "The other.");
        var snapshot = Ask.IdOption<Digest>("--snapshot", "Frames of this dataset snapshot; else held-out frames, else the newest labelled ones.");
        var frames = new Option<int>("--frames") { Description = "How many, 1 to 60.", DefaultValueFactory = _ => 24 };
        return Ask.Server("compare", "Have two versions look at the same frames.", async (client, result, cancellationToken) =>
        {
            var request = new ComparisonRequest(result.GetValue(a), result.GetValue(b), result.GetValue(snapshot), result.GetValue(frames));
            var comparison = await FollowAsync(client, await client.Comparisons.AskAsync(request, cancellationToken), cancellationToken);
            Show(comparison);
            Print.Line($"Side by side: {new Uri(client.Address, $"/versions/compare?a={Uri.EscapeDataString(request.A.ToString())}&b={Uri.EscapeDataString(request.B.ToString())}")}");
        }, a, b, snapshot, frames);
    }

    private static async Task<ComparisonResponse> FollowAsync(FleetClient client, ComparisonResponse comparison, CancellationToken cancellationToken)
    {
        var said = -1;
        try
        {
            while (comparison.State is ComparisonState.Waiting or ComparisonState.Running)
            {
                if (comparison.Done != said)
                {
                    Print.Line($"{comparison.Done} of {comparison.Total} looks taken");
                    said = comparison.Done;
                }

                await Task.Delay(Look, TimeProvider.System, cancellationToken);
                comparison = await client.Comparisons.GetAsync(comparison.Id, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            await client.Comparisons.CancelAsync(comparison.Id, CancellationToken.None);
            throw;
        }

        return comparison.State == ComparisonState.Done ? comparison : throw new ProblemException(Problems.EngineFailed, comparison.Detail ?? "The comparison was stopped.");
    }

    private static void Show(ComparisonResponse comparison)
    {
        Print.Line($"{comparison.Frames.Count} frames {comparison.Source}");
        var table = Print.Table("version", "variant", "AP@.5", "precision", "recall", "boxes", "right", "wrong", "missed");
        Add(table, comparison.A, [.. comparison.Frames.Select(f => f.A!)]);
        Add(table, comparison.B, [.. comparison.Frames.Select(f => f.B!)]);
        Print.Show(table, "");
        Print.Line($"They differ on {comparison.Frames.Count(f => f.Differences > 0)} frames, by {comparison.Frames.Sum(f => f.Differences)} boxes.");
    }

    private static void Add(Spectre.Console.Table table, ComparedVersion version, List<ComparedLook> looks) => table.Row(
        version.Version,
        version.Variant,
        version.Scores?.Ap50?.ToString("0.000"),
        version.Scores?.Precision?.ToString("0.000"),
        version.Scores?.Recall?.ToString("0.000"),
        looks.Sum(l => l.Found.Count),
        looks.Sum(l => l.Right),
        looks.Sum(l => l.Wrong),
        looks.Sum(l => l.Missed));
}

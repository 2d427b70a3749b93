using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Timelines;

/// <summary>What happened, from what a device was and what it is.</summary>
internal static class HappeningPlanner
{
    /// <summary>What a change of presence tells; nothing where it stayed.</summary>
    public static IEnumerable<HappeningDraft> Between(Presence before, Presence after) => before == after ? [] :
    [
        after switch
        {
            Presence.Online => new(HappeningKind.Connection, true, "It connected."),
            Presence.Stopped => new(HappeningKind.Connection, null, "Its agent was stopped on purpose."),
            _ => new(HappeningKind.Connection, false, "Its connection was lost."),
        },
    ];

    /// <summary>What the newer of two reports tells; every camera and update of the first report is new.</summary>
    public static IEnumerable<HappeningDraft> Between(Reported? before, Reported after)
    {
        if (before?.Facts.AgentVersion != after.Facts.AgentVersion)
        {
            yield return new(HappeningKind.Connection, null, before is null ? $"It reported for the first time: agent {after.Facts.AgentVersion} on {after.Facts.Os}." : $"Its agent is now {after.Facts.AgentVersion}; it was {before.Facts.AgentVersion}.");
        }

        foreach (var camera in after.Cameras)
        {
            foreach (var draft in Camera(before?.Cameras.FirstOrDefault(c => c.Id == camera.Id), camera))
            {
                yield return draft;
            }
        }

        foreach (var update in after.Updates)
        {
            var was = before?.Updates.FirstOrDefault(u => u.Camera == update.Camera && u.Version == update.Version)?.State;
            if (was != update.State && Update(was, update) is { } draft)
            {
                yield return draft;
            }
        }

        foreach (var draft in Problems(before?.Problems ?? [], after.Problems).Concat(Races(before?.Races ?? [], after.Races ?? [])))
        {
            yield return draft;
        }
    }

    private static IEnumerable<HappeningDraft> Camera(ReportedCamera? before, ReportedCamera after)
    {
        if (before?.State != after.State && (before?.State, after.State) is not (not null, CameraState.Opening))
        {
            var why = string.IsNullOrWhiteSpace(after.Detail) ? "" : $": {after.Detail}";
            switch (after.State)
            {
                case CameraState.Running:
                    yield return new(HappeningKind.Camera, true, before?.State == CameraState.Failed ? $"{after.Id} gives frames again." : $"{after.Id} gives frames.");
                    break;
                case CameraState.Failed:
                    yield return new(HappeningKind.Camera, false, $"{after.Id} gives no frames{why}.");
                    break;
                case CameraState.Ended:
                    yield return new(HappeningKind.Camera, null, $"{after.Id} came to its end{why}.");
                    break;
            }
        }

        if (after.Version is { } version && before?.Version != version)
        {
            yield return new(HappeningKind.Version, null, before?.Version is { } old ? $"{after.Id} went from {old} to {version}." : $"{after.Id} runs {version}.");
        }
    }

    private static HappeningDraft? Update(UpdateState? was, ReportedUpdate now)
    {
        var why = now.Problem is { } problem ? $": {problem.Detail.TrimEnd('.')}" : "";
        return now.State switch
        {
            UpdateState.Committed => new(HappeningKind.Version, true, $"{now.Version} is committed on {now.Camera}: {Counted(now.FramesCompleted)} completed while it was watched, {Counted(now.FramesLost)} lost."),
            UpdateState.RejectedUntrusted => new(HappeningKind.Version, false, $"{now.Version} was refused for {now.Camera} as untrusted{why}."),
            UpdateState.RejectedIncompatible => new(HappeningKind.Version, false, $"{now.Version} does not fit {now.Camera} and was refused{why}."),
            UpdateState.FailedNoChange => new(HappeningKind.Version, false, $"{now.Version} did not come into service on {now.Camera}; nothing changed there{why}."),
            UpdateState.RolledBack => new(HappeningKind.Version, false, $"{now.Version} was rolled back on {now.Camera}{why}."),
            UpdateState.FailedUnableToRollBack => new(HappeningKind.Version, false, $"{now.Version} failed on {now.Camera}, and there was no way back{why}."),
            _ when was is null => new(HappeningKind.Version, null, $"The update of {now.Camera} to {now.Version} began."),
            _ => null,
        };
    }

    private static IEnumerable<HappeningDraft> Problems(IReadOnlyList<ReportedProblem> before, IReadOnlyList<ReportedProblem> after) =>
    [
        .. after.ExceptBy(before.Select(p => p.Code), p => p.Code).Select(p => new HappeningDraft(HappeningKind.Problem, false, $"It reports a problem: {p.Detail}")),
        .. before.ExceptBy(after.Select(p => p.Code), p => p.Code).Select(p => new HappeningDraft(HappeningKind.Problem, true, $"A problem is over: {p.Detail}")),
    ];

    private static IEnumerable<HappeningDraft> Races(IReadOnlyList<ReportedRace> before, IReadOnlyList<ReportedRace> after) =>
        from race in after
        where !before.Any(b => b.Version == race.Version && b.At == race.At)
        let winner = race.Rows.FirstOrDefault(r => r.Chosen)
        where winner is not null
        select new HappeningDraft(HappeningKind.Version, null, string.Create(CultureInfo.InvariantCulture, $"The variants of {race.Version} raced: {winner.Variant} serves{(winner.P95Ms is { } ms ? $", p95 {ms:0.0} ms" : "")}."));

    private static string Counted(long frames) => string.Create(CultureInfo.InvariantCulture, $"{frames:#,0} {(frames == 1 ? "frame" : "frames")}");
}

/// <summary>A happening that was not written down yet.</summary>
internal sealed record HappeningDraft(HappeningKind Kind, bool? Good, string Sentence);

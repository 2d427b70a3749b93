using System.Text.Json.Serialization;
using Fleet.Agent.Commands;
using Fleet.Agent.Shadow;
using Fleet.Contracts;

namespace Fleet.Agent.State;

/// <summary>What decides how a device starts. Stored before each step is taken.</summary>
/// <remarks>Lists are set, not init: a file of an older agent that lacks one must give an empty list, not null.</remarks>
internal sealed record AgentState
{
    /// <summary>The newest directive that was verified; an older one is refused.</summary>
    public long SeenGeneration { get; init; }

    /// <summary>Digest of that directive's signed payload.</summary>
    public Digest? SeenPayload { get; init; }

    /// <summary>Id of the key that signed it; null where an older agent did not note that.</summary>
    public string? Director { get; init; }

    /// <summary>A time known to have passed: the clock of a device with an empty battery never shows an earlier one.</summary>
    public DateTimeOffset ClockFloor { get; init; }

    /// <summary>The directive whose every update has ended.</summary>
    public long Generation { get; init; }

    /// <summary>The newest verified directive, so that cameras run without a link.</summary>
    public Desired? Desired { get; init; }

    public IReadOnlyList<CameraSlots> Cameras { get; set; } = [];

    public IReadOnlyList<UpdateRecord> Updates { get; set; } = [];

    /// <summary>How the variants of each version did here; the winner serves wherever the version is wanted as <see cref="VariantNames.Auto"/>.</summary>
    public IReadOnlyList<ReportedRace> Races { get; set; } = [];

    /// <summary>Commands of <see cref="Desired"/> that were begun or have ended.</summary>
    public IReadOnlyList<CommandRecord> Commands { get; set; } = [];

    /// <summary>Versions in the shadow of cameras' own.</summary>
    public IReadOnlyList<ShadowRecord> Shadows { get; set; } = [];

    /// <summary>The agent said goodbye: the next start is no sign of a crash.</summary>
    public bool StoppedCleanly { get; init; }

    public CameraSlots SlotsOf(CameraId camera) => Cameras.FirstOrDefault(c => c.Camera == camera) ?? new CameraSlots(camera);

    public UpdateRecord? UpdateOf(CameraId camera, VersionId version) =>
        Updates.FirstOrDefault(u => u.Camera == camera && u.Version == version);

    /// <summary>Counting begins anew: what was counted so far may have been driven up with the key of a director that counts for nothing any more.</summary>
    public AgentState ForgetCounts() => this with
    {
        SeenGeneration = 0,
        SeenPayload = null,
        Generation = 0,
        Updates = [.. Updates.Select(u => u with { Generation = 0 })],
    };

    public AgentState With(CameraSlots slots) => this with
    {
        Cameras = [.. Cameras.Where(c => c.Camera != slots.Camera), slots],
    };

    /// <summary>Without the camera's updates that are still under way: a newer directive overtook them.</summary>
    public AgentState WithoutUnended(CameraId camera) => this with
    {
        Updates = [.. Updates.Where(u => u.Camera != camera || Fleet.Agent.Updates.UpdateTable.HasEnded(u.State))],
    };

    public AgentState Without(CameraId camera, VersionId version) => this with
    {
        Updates = [.. Updates.Where(u => u.Camera != camera || u.Version != version)],
    };

    /// <summary>The slot of the version that serves is emptied; the one before it serves then, if there is one.</summary>
    /// <param name="camera">The camera.</param>
    /// <param name="version">The version that cannot be started.</param>
    /// <param name="problem">Why. What was damaged on disk is forgotten, so that it is fetched anew.</param>
    public AgentState GiveUp(CameraId camera, Installed version, ReportedProblem problem)
    {
        var slots = SlotsOf(camera);
        var lost = slots.Good ?? slots.Active;
        var other = CameraSlots.Other(lost);
        var isLast = slots.At(other) is null;
        var next = With(slots.Put(lost, null) with { Active = other, Good = isLast ? null : other, Crashes = 0, Rests = false });
        return problem.Code == Problems.TrustMismatch.Code ? next.Without(camera, version.Version)
            : UpdateOf(camera, version.Version) is { } update ? next.With(update with { State = isLast ? UpdateState.FailedUnableToRollBack : UpdateState.RolledBack, Problem = problem })
            : next;
    }

    public ReportedRace? RaceOf(VersionId version) => Races.FirstOrDefault(r => r.Version == version);

    public AgentState With(ReportedRace race) => this with
    {
        Races = [.. Races.Where(r => r.Version != race.Version), race],
    };

    public ShadowRecord? ShadowOf(DesiredCamera camera) => Shadows.FirstOrDefault(s => s.Camera == camera.Id && s.Version == camera.Shadow?.Version);

    public AgentState With(ShadowRecord shadow) => this with
    {
        Shadows = [.. Shadows.Where(s => s.Camera != shadow.Camera), shadow],
    };

    public AgentState With(CommandRecord command) => this with
    {
        Commands = [.. Commands.Where(c => c.Id != command.Id), command],
    };

    public AgentState With(UpdateRecord update) => this with
    {
        Updates = [.. Updates.Where(u => u.Camera != update.Camera || u.Version != update.Version), update],
    };
}

/// <summary>One of the two places of a camera that hold a version.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Slot>))]
internal enum Slot
{
    A,
    B,
}

/// <summary>A version with the files it consists of.</summary>
internal sealed record Installed(VersionId Version, string Variant, IReadOnlyList<TargetFile> Files)
{
    public static Installed Of(DesiredVersion version) => new(version.Id, version.Variant, version.Files);

    public bool Is(Installed? other) => other is not null && other.Version == Version && other.Variant == Variant && other.Files.SequenceEqual(Files);
}

/// <summary>The two slots of a camera.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="A">What slot A holds.</param>
/// <param name="B">What slot B holds.</param>
/// <param name="Active">The slot that serves.</param>
/// <param name="Good">The slot whose version was committed last; null before the first commit.</param>
/// <param name="Crashes">Starts in a row that failed, or ended without goodbye, before the good version had proved itself again.</param>
/// <param name="Rests">After many of those nothing of it is started for a while: what takes the agent down meanwhile is something else.</param>
internal sealed record CameraSlots(CameraId Camera, Installed? A = null, Installed? B = null, Slot Active = Slot.A, Slot? Good = null, int Crashes = 0, bool Rests = false)
{
    [JsonIgnore]
    public Installed? GoodVersion => Good is { } slot ? At(slot) : null;

    [JsonIgnore]
    public Installed? ActiveVersion => At(Active);

    /// <summary>What serves for want of a better: the good version, or one that was never committed and serves all the same.</summary>
    [JsonIgnore]
    public Installed? Home => GoodVersion ?? ActiveVersion;

    /// <summary>The version that was committed before the good one and could serve in its place; null where there is none. What is on trial in that slot is none.</summary>
    [JsonIgnore]
    public Installed? Former => Good is { } good && Active == good ? At(Other(good)) : null;

    /// <summary>Where a candidate goes: never over the good version.</summary>
    [JsonIgnore]
    public Slot Spare => Good is { } good ? Other(good) : Active;

    public Installed? At(Slot slot) => slot == Slot.A ? A : B;

    /// <summary>The good version is to serve, and what was on trial leaves its slot: it comes there again when it is proved, and until then nobody could go back to it.</summary>
    public CameraSlots AtHome() => Good is { } good && Active != good ? Put(Other(good), null) with { Active = good } : this;

    public CameraSlots Put(Slot slot, Installed? version) => slot == Slot.A ? this with { A = version } : this with { B = version };

    public static Slot Other(Slot slot) => slot == Slot.A ? Slot.B : Slot.A;
}

/// <summary>How far one version got on one camera; <see cref="State"/> is the step about to be taken.</summary>
internal sealed record UpdateRecord(CameraId Camera, VersionId Version, string Variant, long Generation, UpdateState State)
{
    /// <summary>Starts of the agent without goodbye since this update began.</summary>
    public int Crashes { get; init; }

    public ReportedProblem? Problem { get; init; }

    /// <summary>What is worth knowing although nothing failed.</summary>
    public string? Remark { get; init; }

    public long BytesFetched { get; init; }

    /// <summary>Bytes of its files that came in a smaller form.</summary>
    public long BytesSaved { get; init; }

    public double? PromoteToFirstFrameMs { get; init; }

    public double? PauseMs { get; init; }

    public double? ReturnedMs { get; init; }

    public long FramesLost { get; init; }

    public long FramesCompleted { get; init; }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AgentState))]
internal sealed partial class StateJson : JsonSerializerContext;

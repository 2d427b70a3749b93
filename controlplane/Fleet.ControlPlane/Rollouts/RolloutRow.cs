using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>A rollout with its decisions.</summary>
internal sealed partial class RolloutRow : IEntityTypeConfiguration<RolloutRow>
{
    private const int MaxLog = 500;

    public RolloutId Id { get; set; }

    public VersionId Version { get; set; }

    public string Variant { get; set; } = "";

    public RolloutState State { get; set; }

    /// <summary>Index of the newest open ring; -1 before the first.</summary>
    public int Open { get; set; } = -1;

    public IReadOnlyList<RingRequest> Rings { get; set; } = [];

    public IReadOnlyList<Guard> Guards { get; set; } = [];

    /// <summary>Findings that a person is asked about.</summary>
    public IReadOnlyList<string> Asked { get; set; } = [];

    /// <summary>Findings that a person accepted.</summary>
    public IReadOnlyList<string> Accepted { get; set; } = [];

    public IReadOnlyList<LogLine> Log { get; set; } = [];

    /// <summary>When devices may be told; empty for any time.</summary>
    public IReadOnlyList<string> Windows { get; set; } = [];

    public ByteCaps? Caps { get; set; }

    /// <summary>What one device fetches.</summary>
    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string? ApprovedBy { get; set; }

    /// <summary>Since when it tells devices: of two rollouts of one camera the later one has it. Null before approval.</summary>
    public DateTimeOffset? BeganAt { get; set; }

    /// <summary>It is finished, and devices that it left behind are still to be told when they are back.</summary>
    public bool Follows { get; set; }

    /// <summary>Pinned devices that its log named.</summary>
    public IReadOnlyList<string> PassedBy { get; set; } = [];

    /// <summary>Rises with every change; a writer that read an older one fails.</summary>
    public int Revision { get; set; }

    public List<RolloutDeviceRow> Devices { get; } = [];

    public Traffic Traffic(IReadOnlyList<Sent> sent, DateTimeOffset now) => new([.. Windows.Select(MaintenanceWindow.Parse)], Caps, sent, now);

    /// <summary>Adds a sentence, unless it is the one that was said last; one that only counts on takes its place.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Say(DateTimeOffset at, string text)
    {
        if (Log.Count > 0 && Log[^1].Text == text)
        {
            return false;
        }

        Revision++;
        if (Log.Count > 0 && Counted().Replace(Log[^1].Text, "") == Counted().Replace(text, ""))
        {
            Log = [.. Log.SkipLast(1), new LogLine(at, text)];
            return false;
        }

        Log = [.. Log.Skip(Math.Max(0, Log.Count + 1 - MaxLog)), new LogLine(at, text)];
        return true;
    }

    // what every message of a device moves on: the newest sentence takes the place of the one before
    [GeneratedRegex("[0-9]+(\\.[0-9]+)?(?= (ms|°C|% of|objects per frame|times as much)| of [0-9.]+ (frames|times in a row))", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counted();

    public void Configure(EntityTypeBuilder<RolloutRow> builder)
    {
        builder.ToTable("Rollouts").HasKey(r => r.Id);
        builder.Property(r => r.Rings).HasJson(RolloutJson.Default.IReadOnlyListRingRequest);
        builder.Property(r => r.Guards).HasJson(RolloutJson.Default.IReadOnlyListGuard);
        builder.Property(r => r.Asked).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.Windows).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.PassedBy).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.Caps).HasJson(RolloutJson.Default.ByteCaps!);
        builder.Property(r => r.Accepted).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.Log).HasJson(RolloutJson.Default.IReadOnlyListLogLine);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasMany(r => r.Devices).WithOne().HasForeignKey(d => d.Rollout);
    }
}

/// <summary>The cameras of one device that are in one ring, once it was told to run the version or found missing.</summary>
internal sealed class RolloutDeviceRow : IEntityTypeConfiguration<RolloutDeviceRow>
{
    public RolloutId Rollout { get; set; }

    public DeviceId Device { get; set; }

    public int Ring { get; set; }

    /// <summary>Those that were told; in a ring that takes whole devices, all that no other ring has.</summary>
    public IReadOnlyList<CameraId> Cameras { get; set; } = [];

    /// <summary>What it reports counts when it stands for a later directive than this one.</summary>
    public long AfterGeneration { get; set; }

    /// <summary>It had failed with this version before it was told, so that its old failure does not count.</summary>
    public bool FailedBefore { get; set; }

    /// <summary>When it was told last; null while it is not, or not any more.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>Since when it owes evidence: told, or it would have been had it been there.</summary>
    public DateTimeOffset? OwedAt { get; set; }

    /// <summary>What it was told to fetch last, and when: it counts against the caps of that hour even if it was taken back.</summary>
    public long SentBytes { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Since when every camera of it has committed; null while one has not.</summary>
    public DateTimeOffset? CommittedAt { get; set; }

    /// <summary>What was counted on each camera since.</summary>
    public IReadOnlyList<GuardWindow> Windows { get; set; } = [];

    /// <summary>What it was told is to run the version in the shadow of its cameras' own.</summary>
    public bool InShadow { get; set; }

    /// <summary>When its shadow had agreed, so that it was told to run the version.</summary>
    public DateTimeOffset? AgreedAt { get; set; }

    /// <summary>Why its shadow ended without that; null while it has not.</summary>
    public string? Refusal { get; set; }

    /// <summary>What was compared in the shadow of each camera.</summary>
    public IReadOnlyList<ShadowWindow> Shadows { get; set; } = [];

    /// <summary>What the version before did in the same time on its other cameras.</summary>
    public IReadOnlyList<GuardWindow> Controls { get; set; } = [];

    /// <summary>What each of its cameras ran before.</summary>
    public IReadOnlyList<CameraBefore> Before { get; set; } = [];

    /// <summary>What a camera added to it would have got before.</summary>
    public VersionId? VersionBefore { get; set; }

    public string? VariantBefore { get; set; }

    public void Configure(EntityTypeBuilder<RolloutDeviceRow> builder)
    {
        builder.ToTable("RolloutDevices").HasKey(d => new { d.Rollout, d.Device, d.Ring });
        builder.HasIndex(d => d.SentAt);
        builder.Property(d => d.Cameras).HasJson(RolloutJson.Default.IReadOnlyListCameraId);
        builder.Property(d => d.Controls).HasJson(RolloutJson.Default.IReadOnlyListGuardWindow);
        builder.Property(d => d.Windows).HasJson(RolloutJson.Default.IReadOnlyListGuardWindow);
        builder.Property(d => d.Shadows).HasJson(RolloutJson.Default.IReadOnlyListShadowWindow);
        builder.Property(d => d.Before).HasJson(RolloutJson.Default.IReadOnlyListCameraBefore);
    }
}

/// <summary>What a camera ran before a rollout reached it.</summary>
internal sealed record CameraBefore(CameraId Camera, VersionId? Version, string? Variant);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<RingRequest>))]
[JsonSerializable(typeof(IReadOnlyList<LogLine>))]
[JsonSerializable(typeof(IReadOnlyList<Guard>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<CameraId>))]
[JsonSerializable(typeof(ByteCaps))]
[JsonSerializable(typeof(IReadOnlyList<GuardWindow>))]
[JsonSerializable(typeof(IReadOnlyList<CameraBefore>))]
[JsonSerializable(typeof(IReadOnlyList<ShadowWindow>))]
internal sealed partial class RolloutJson : JsonSerializerContext;

/// <summary>What the rollouts of a model have to obey.</summary>
internal sealed class RolloutSettingsRow : IEntityTypeConfiguration<RolloutSettingsRow>
{
    public ModelName Model { get; set; }

    public bool NeedsApproval { get; set; }

    public void Configure(EntityTypeBuilder<RolloutSettingsRow> builder) => builder.ToTable("RolloutSettings").HasKey(s => s.Model);
}

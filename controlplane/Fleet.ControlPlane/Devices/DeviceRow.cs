using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Devices;

/// <summary>A device, wanted and as it said it is.</summary>
internal sealed class DeviceRow : IEntityTypeConfiguration<DeviceRow>
{
    public DeviceId Id { get; set; }

    public string? Site { get; set; }

    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Its own; null takes the fleet's.</summary>
    public DevicePolicy? Policy { get; set; }

    public bool Revoked { get; set; }

    /// <summary>SHA-256 of its valid certificate.</summary>
    public string CertificateHash { get; set; } = "";

    /// <summary>Of the one that it asked for and did not use yet; the first use makes it the valid one.</summary>
    public string? NextCertificateHash { get; set; }

    /// <summary>What was issued, to be given again when the answer was lost.</summary>
    public string? NextCertificatePem { get; set; }

    /// <summary>SHA-256 of the key it was asked for with.</summary>
    public string? NextKeyHash { get; set; }

    /// <summary>Of the one before, which serves until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousCertificateHash { get; set; }

    public DateTimeOffset? PreviousUntil { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>What it was when last heard; whether it is connected now only its connection tells.</summary>
    public Presence LastPresence { get; set; }

    public Reported? Reported { get; set; }

    /// <summary>What its cameras should run; a camera added later gets it too.</summary>
    public VersionId? Version { get; set; }

    public string? Variant { get; set; }

    /// <summary>Rollouts pass it by.</summary>
    public DevicePin? Pin { get; set; }

    public List<CameraRow> Cameras { get; } = [];

    /// <summary>Makes this certificate the only one.</summary>
    public void Enrol(string certificateHash)
    {
        (CertificateHash, Revoked) = (certificateHash, false);
        (NextCertificateHash, NextCertificatePem, NextKeyHash, PreviousCertificateHash, PreviousUntil) = (null, null, null, null, null);
    }

    public void Configure(EntityTypeBuilder<DeviceRow> builder)
    {
        builder.ToTable("Devices").HasKey(d => d.Id);
        builder.Property(d => d.Labels).HasJson(FleetJson.Tolerant.IReadOnlyDictionaryStringString);
        builder.Property(d => d.Policy).HasJson(FleetJson.Tolerant.DevicePolicy!);
        builder.Property(d => d.Reported).HasJson(FleetJson.Tolerant.Reported!);
        builder.Property(d => d.Pin).HasJson(FleetJson.Tolerant.DevicePin!);
        builder.HasMany(d => d.Cameras).WithOne().HasForeignKey(c => c.Device);
    }
}

/// <summary>A camera as it should be.</summary>
internal sealed class CameraRow : IEntityTypeConfiguration<CameraRow>
{
    public DeviceId Device { get; set; }

    public CameraId Id { get; set; }

    public string Source { get; set; } = "";

    public double? Fps { get; set; }

    public bool Loop { get; set; }

    public VersionId? Version { get; set; }

    public string? Variant { get; set; }

    public IReadOnlyList<Zone>? Zones { get; set; }

    public IReadOnlyList<Line>? Lines { get; set; }

    public MotionGating? Motion { get; set; }

    /// <summary>What it runs beside its version, without acting.</summary>
    public DesiredShadow? Shadow { get; set; }

    /// <summary>That, unless it has come into service meanwhile, or there is none to compare with.</summary>
    public DesiredShadow? Beside => Version is not null && Shadow?.Version != Version ? Shadow : null;

    public void Configure(EntityTypeBuilder<CameraRow> builder)
    {
        builder.ToTable("Cameras").HasKey(c => new { c.Device, c.Id });
        builder.Property(c => c.Zones).HasJson(FleetJson.Tolerant.IReadOnlyListZone!);
        builder.Property(c => c.Lines).HasJson(FleetJson.Tolerant.IReadOnlyListLine!);
        builder.Property(c => c.Shadow).HasJson(FleetJson.Tolerant.DesiredShadow!);
        builder.Property(c => c.Motion).HasConversion<string>();
    }
}

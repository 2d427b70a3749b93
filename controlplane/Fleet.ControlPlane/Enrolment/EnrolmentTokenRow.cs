using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Enrolment;

/// <summary>A one-time token; stored as a hash only.</summary>
internal sealed class EnrolmentTokenRow : IEntityTypeConfiguration<EnrolmentTokenRow>
{
    public string Hash { get; set; } = "";

    public DeviceId Device { get; set; }

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string? Site { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>SHA-256 of the public key it was used with.</summary>
    public string? KeyHash { get; set; }

    /// <summary>What was issued for it.</summary>
    public string? CertificatePem { get; set; }

    public void Configure(EntityTypeBuilder<EnrolmentTokenRow> builder)
    {
        builder.ToTable("EnrolmentTokens").HasKey(t => t.Hash);
        builder.Property(t => t.Labels).HasJson(FleetJson.Tolerant.IReadOnlyDictionaryStringString!);
        builder.HasIndex(t => t.Device);
    }
}

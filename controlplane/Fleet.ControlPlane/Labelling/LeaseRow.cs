using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Labelling;

/// <summary>Who works on a sample until when, and what was drawn so far. It outlives its end, so that a draft is found again.</summary>
internal sealed class LeaseRow
{
    public required Digest Sample { get; init; }

    public required string Holder { get; set; }

    public required DateTimeOffset EndsAt { get; set; }

    public List<Annotation>? Draft { get; set; }

    /// <summary>Revision of the sample that was drawn on; after a later one the draft is old.</summary>
    public long DraftOf { get; set; }
}

internal sealed class LeaseRowMapping : IEntityTypeConfiguration<LeaseRow>
{
    public void Configure(EntityTypeBuilder<LeaseRow> builder)
    {
        builder.ToTable("LabelLeases");
        builder.HasKey(l => l.Sample);
        builder.HasIndex(l => l.EndsAt);
        builder.Property(l => l.Draft).HasJson(FleetJson.Strict.ListAnnotation!);
    }
}

/// <summary>A sample that a person did not want to label; it is not offered to them again until they ask for what they skipped.</summary>
internal sealed class SkipRow
{
    public required Digest Sample { get; init; }

    public required string By { get; init; }
}

internal sealed class SkipRowMapping : IEntityTypeConfiguration<SkipRow>
{
    public void Configure(EntityTypeBuilder<SkipRow> builder)
    {
        builder.ToTable("LabelSkips");
        builder.HasKey(s => new { s.By, s.Sample });
    }
}

/// <summary>What a version finds on a sample, beside what the device's own version found.</summary>
internal sealed class ProposalRow
{
    public required Digest Sample { get; init; }

    public required VersionId Version { get; init; }

    public required List<Detection> Detections { get; set; }
}

internal sealed class ProposalRowMapping : IEntityTypeConfiguration<ProposalRow>
{
    public void Configure(EntityTypeBuilder<ProposalRow> builder)
    {
        builder.ToTable("LabelProposals");
        builder.HasKey(p => new { p.Sample, p.Version });
        builder.Property(p => p.Detections).HasJson(FleetJson.Strict.ListDetection);
    }
}

using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Labelling;

/// <summary>That a second person looked at a label.</summary>
internal sealed class ReviewRow
{
    public long Sequence { get; private set; }

    public required Digest Sample { get; init; }

    /// <summary>State of the sample that the review is true of: as it was, or as the reviewer left it.</summary>
    public required long Revision { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    public required ReviewVerdict Verdict { get; init; }

    public string? Note { get; init; }

    public required string LabelledBy { get; init; }

    public required List<Annotation> Before { get; init; }

    public BoxAgreement? Agreement { get; init; }

    public LabelReview Show() => new(By, At, Verdict, Note, LabelledBy, Before, Agreement);
}

internal sealed class ReviewRowMapping : IEntityTypeConfiguration<ReviewRow>
{
    public void Configure(EntityTypeBuilder<ReviewRow> builder)
    {
        builder.ToTable("LabelReviews");
        builder.HasKey(r => r.Sequence);
        builder.HasIndex(r => new { r.Sample, r.Revision });
        builder.HasIndex(r => r.LabelledBy);
        builder.Property(r => r.Before).HasJson(FleetJson.Strict.ListAnnotation!);
        builder.Property(r => r.Agreement).HasJson(FleetJson.Strict.BoxAgreement!);
    }
}

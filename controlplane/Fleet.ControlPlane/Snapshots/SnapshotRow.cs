using Fleet.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Snapshots;

/// <summary>That a snapshot was taken; its content is the manifest blob.</summary>
internal sealed class SnapshotRow
{
    public long Sequence { get; private set; }

    public required Digest Digest { get; init; }

    public required string Name { get; init; }

    public required int Frames { get; init; }

    public required int Boxes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public SnapshotResponse Show() => new(Digest, Name, Frames, Boxes, CreatedAt);
}

internal sealed class SnapshotRowMapping : IEntityTypeConfiguration<SnapshotRow>
{
    public void Configure(EntityTypeBuilder<SnapshotRow> builder)
    {
        builder.ToTable("Snapshots");
        builder.HasKey(s => s.Sequence);
        builder.HasIndex(s => s.Digest).IsUnique();
    }
}

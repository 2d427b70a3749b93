using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Registry;

/// <summary>A registered version; only its state ever changes.</summary>
internal sealed class VersionRow
{
    public long Sequence { get; private set; }

    public required VersionId Id { get; init; }

    public required ModelName Model { get; init; }

    public required int Number { get; init; }

    public required ModelCard Card { get; init; }

    /// <summary>The scene of the card's lineage, where it can be asked for.</summary>
    public Digest? Scene { get; init; }

    public VersionState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public List<VersionFileRow> Files { get; init; } = [];

    public VersionResponse Show() => new(Card, State, CreatedAt, CreatedBy, [.. Targets()]);

    public IEnumerable<TargetFile> Targets() => Files.OrderBy(f => f.Position).Select(f => new TargetFile(f.Path, f.Digest, f.SizeBytes));
}

/// <summary>One file of a version, in the order in which its publisher sees them.</summary>
internal sealed class VersionFileRow
{
    public required int Position { get; init; }

    public required string Path { get; init; }

    public required Digest Digest { get; init; }

    public required long SizeBytes { get; init; }
}

internal sealed class VersionRowMapping : IEntityTypeConfiguration<VersionRow>
{
    public void Configure(EntityTypeBuilder<VersionRow> builder)
    {
        builder.ToTable("Versions");
        builder.HasKey(v => v.Sequence);
        builder.HasIndex(v => v.Id).IsUnique();
        builder.HasIndex(v => new { v.Model, v.Number }).IsUnique();
        builder.HasIndex(v => v.Scene);
        builder.Property(v => v.Card).HasJson(FleetJson.Strict.ModelCard);
        builder.OwnsMany(v => v.Files, files =>
        {
            files.ToTable("VersionFiles");
            files.WithOwner().HasForeignKey("Version");
            files.HasKey("Version", nameof(VersionFileRow.Position));
            files.Property(f => f.Position).ValueGeneratedNever();
            files.HasIndex(f => f.Path).IsUnique();
            files.HasIndex(f => f.Digest);
        });
    }
}

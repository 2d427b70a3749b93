using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Scenes;

/// <summary>A version of a scene; it never changes.</summary>
internal sealed class SceneRow
{
    public long Sequence { get; private set; }

    public required SceneName Name { get; init; }

    public required int Number { get; init; }

    public required Digest Scene { get; init; }

    /// <summary>All of it, as it is shown.</summary>
    public required SceneResponse Content { get; init; }
}

internal sealed class SceneRowMapping : IEntityTypeConfiguration<SceneRow>
{
    public void Configure(EntityTypeBuilder<SceneRow> builder)
    {
        builder.ToTable("Scenes");
        builder.HasKey(s => s.Sequence);
        builder.HasIndex(s => new { s.Name, s.Number }).IsUnique();
        builder.HasIndex(s => new { s.Name, s.Scene }).IsUnique();
        builder.HasIndex(s => s.Scene);
        builder.Property(s => s.Content).HasJson(FleetJson.Strict.SceneResponse);
    }
}

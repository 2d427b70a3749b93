using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Timelines;

/// <summary>Something that happened to a device.</summary>
internal sealed class HappeningRow : IEntityTypeConfiguration<HappeningRow>
{
    public long Sequence { get; set; }

    public DeviceId Device { get; set; }

    public DateTimeOffset At { get; set; }

    public HappeningKind Kind { get; set; }

    public bool? Good { get; set; }

    public string Sentence { get; set; } = "";

    public Happening Show() => new(At, Kind, Good, Sentence);

    public void Configure(EntityTypeBuilder<HappeningRow> builder)
    {
        builder.ToTable("Happenings").HasKey(h => h.Sequence);
        builder.Property(h => h.Sequence).ValueGeneratedOnAdd();
        builder.HasIndex(h => new { h.Device, h.Sequence });
    }
}

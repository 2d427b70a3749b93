using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Directives;

/// <summary>The newest directive of a device.</summary>
internal sealed class DirectiveRow : IEntityTypeConfiguration<DirectiveRow>
{
    public DeviceId Device { get; set; }

    /// <summary>Rises with every directive, never falls; a writer that read an older one fails.</summary>
    public long Generation { get; set; }

    /// <summary>Digest of what is wanted, without generation, times, nonce and commands.</summary>
    public Digest Content { get; set; }

    /// <summary>The newest command it knows of.</summary>
    public long LastCommand { get; set; }

    /// <summary>The signed envelope as it is sent.</summary>
    public byte[] Envelope { get; set; } = [];

    public DateTimeOffset IssuedAt { get; set; }

    public void Configure(EntityTypeBuilder<DirectiveRow> builder)
    {
        builder.ToTable("Directives").HasKey(d => d.Device);
        builder.Property(d => d.Generation).IsConcurrencyToken();
        builder.HasOne<DeviceRow>().WithOne().HasForeignKey<DirectiveRow>(d => d.Device);
    }
}

using Fleet.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Audit;

/// <summary>A row of the audit log; written once, never changed.</summary>
internal sealed class AuditRow : IEntityTypeConfiguration<AuditRow>
{
    public long Sequence { get; set; }

    public DateTimeOffset At { get; set; }

    public string Who { get; set; } = "";

    public string Act { get; set; } = "";

    public string On { get; set; } = "";

    public int Status { get; set; }

    public string From { get; set; } = "";

    public string Previous { get; set; } = "";

    public string Hash { get; set; } = "";

    public static AuditRow Of(AuditEntry e) => new()
    {
        Sequence = e.Sequence, At = e.At, Who = e.Who, Act = e.Act, On = e.On, Status = e.Status, From = e.From, Previous = e.Previous, Hash = e.Hash,
    };

    public AuditEntry Show() => new(Sequence, At, Who, Act, On, Status, From, Previous, Hash);

    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("Audit").HasKey(r => r.Sequence);
        builder.Property(r => r.Sequence).ValueGeneratedNever();
        builder.HasIndex(r => new { r.Who, r.Sequence });
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Platform.Idempotency;

/// <summary>The answer that a create gave, for the same key again. The body is encrypted under the caller's token, which is not stored: answers can carry secrets.</summary>
internal sealed class IdempotencyRow : IEntityTypeConfiguration<IdempotencyRow>
{
    /// <summary>Hash of caller, address and key.</summary>
    public string Id { get; set; } = "";

    public string RequestHash { get; set; } = "";

    public int Status { get; set; }

    public string? Location { get; set; }

    public string? ContentType { get; set; }

    public byte[] SealedBody { get; set; } = [];

    public DateTimeOffset ExpiresAt { get; set; }

    public void Configure(EntityTypeBuilder<IdempotencyRow> builder) => builder.ToTable("Idempotency").HasKey(r => r.Id);
}

using Fleet.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Access;

/// <summary>A person's account.</summary>
internal sealed class OperatorRow : IEntityTypeConfiguration<OperatorRow>
{
    public string Name { get; set; } = "";

    /// <summary>Empty until a password was chosen.</summary>
    public string PasswordHash { get; set; } = "";

    public Role Role { get; set; }

    public int FailedSignIns { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public bool Disabled { get; set; }

    /// <summary>Who vouches for the person; null for an account with a password of its own. With <see cref="Subject"/> it never changes.</summary>
    public string? Issuer { get; set; }

    /// <summary>Who the person is there, whatever they are called.</summary>
    public string? Subject { get; set; }

    /// <summary>No session outlives this; null for an account with a password.</summary>
    public DateTimeOffset? VouchedUntil { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    public void Configure(EntityTypeBuilder<OperatorRow> builder)
    {
        builder.ToTable("Operators").HasKey(o => o.Name);
        builder.Property(o => o.Name).UseCollation("NOCASE");
        builder.HasIndex(o => new { o.Issuer, o.Subject }).IsUnique();
    }
}

/// <summary>A signed-in session; its token is stored as a hash only.</summary>
internal sealed class SessionRow : IEntityTypeConfiguration<SessionRow>
{
    public string Hash { get; set; } = "";

    public string Operator { get; set; } = "";

    public DateTimeOffset ExpiresAt { get; set; }

    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("Sessions").HasKey(s => s.Hash);
        builder.HasOne<OperatorRow>().WithMany().HasForeignKey(s => s.Operator);
    }
}

/// <summary>An API key; stored as a hash only.</summary>
internal sealed class ApiKeyRow : IEntityTypeConfiguration<ApiKeyRow>
{
    public string Id { get; set; } = "";

    public string Hash { get; set; } = "";

    public string Name { get; set; } = "";

    public Role Role { get; set; }

    public string CreatedBy { get; set; } = "";

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public void Configure(EntityTypeBuilder<ApiKeyRow> builder)
    {
        builder.ToTable("ApiKeys").HasKey(k => k.Id);
        builder.HasIndex(k => k.Hash).IsUnique();
    }
}

/// <summary>A link that works once: for the first operator, to sign someone in, or to choose a password.</summary>
internal sealed class LinkRow : IEntityTypeConfiguration<LinkRow>
{
    public string Hash { get; set; } = "";

    /// <summary>Whom it signs in; null for the first operator's.</summary>
    public string? Operator { get; set; }

    /// <summary>It chooses a password, and does nothing else.</summary>
    public bool SetsPassword { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public void Configure(EntityTypeBuilder<LinkRow> builder) => builder.ToTable("Links").HasKey(l => l.Hash);
}

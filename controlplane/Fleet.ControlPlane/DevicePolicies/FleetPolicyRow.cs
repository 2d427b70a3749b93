using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.DevicePolicies;

/// <summary>The one policy of the fleet, with those for labels; missing as long as nobody set it.</summary>
internal sealed class FleetPolicyRow : IEntityTypeConfiguration<FleetPolicyRow>
{
    public const int TheOne = 1;

    public int Id { get; init; } = TheOne;

    public long Revision { get; set; }

    public FleetPolicyRequest Policy { get; set; } = new(new DevicePolicy(), []);

    public DateTimeOffset? SetAt { get; set; }

    public string? SetBy { get; set; }

    public string ETag => ETags.Of(Revision);

    public FleetPolicyResponse Show() => new(Revision, Policy.Policy, Policy.ByLabels ?? [], SetAt, SetBy, ETag);

    public void Configure(EntityTypeBuilder<FleetPolicyRow> builder)
    {
        builder.ToTable("FleetPolicy").HasKey(p => p.Id);
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Policy).HasJson(FleetJson.Tolerant.FleetPolicyRequest);
        builder.Property(p => p.Revision).IsConcurrencyToken();
    }
}

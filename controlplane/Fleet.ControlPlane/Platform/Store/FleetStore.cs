using Fleet.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Platform.Store;

/// <summary>The one database. Each slice brings its rows by an <see cref="IEntityTypeConfiguration{TEntity}"/> beside them and reads them by <c>Set&lt;TRow&gt;()</c>.</summary>
internal sealed class FleetStore(DbContextOptions<FleetStore> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(FleetStore).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Properties<DeviceId>().HaveConversion<TextIdValueConverter<DeviceId>>();
        configurationBuilder.Properties<CameraId>().HaveConversion<TextIdValueConverter<CameraId>>();
        configurationBuilder.Properties<ModelName>().HaveConversion<TextIdValueConverter<ModelName>>();
        configurationBuilder.Properties<TemplateName>().HaveConversion<TextIdValueConverter<TemplateName>>();
        configurationBuilder.Properties<SceneName>().HaveConversion<TextIdValueConverter<SceneName>>();
        configurationBuilder.Properties<VersionId>().HaveConversion<TextIdValueConverter<VersionId>>();
        configurationBuilder.Properties<Digest>().HaveConversion<TextIdValueConverter<Digest>>();
        configurationBuilder.Properties<RolloutId>().HaveConversion<TextIdValueConverter<RolloutId>>();
        configurationBuilder.Properties<CommandId>().HaveConversion<TextIdValueConverter<CommandId>>();
        configurationBuilder.Properties<TrainingRunId>().HaveConversion<TextIdValueConverter<TrainingRunId>>();
    }
}

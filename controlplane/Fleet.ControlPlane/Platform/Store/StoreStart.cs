using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fleet.ControlPlane.Platform.Store;

internal static class StoreStart
{
    public static IServiceCollection AddFleetStore(this IServiceCollection services, string path) =>
        services.AddDbContextFactory<FleetStore>(options => Use(options, path));

    public static DbContextOptionsBuilder Use(DbContextOptionsBuilder options, string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30, Pooling = true };
        return options.UseSqlite(connection.ToString()).AddInterceptors(new DurableConnection());
    }

    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var store = await services.GetRequiredService<IDbContextFactory<FleetStore>>().CreateDbContextAsync(cancellationToken);
        await store.Database.MigrateAsync(cancellationToken);
    }

    // The provider's own wait for a lock polls every 150 ms; SQLite's busy_timeout polls finer.
    private sealed class DurableConnection : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

/// <summary>For <c>dotnet ef</c> only.</summary>
internal sealed class DesignTimeStore : IDesignTimeDbContextFactory<FleetStore>
{
    public FleetStore CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<FleetStore>();
        StoreStart.Use(options, "design.db");
        return new FleetStore(options.Options);
    }
}

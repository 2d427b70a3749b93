using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;

namespace Fleet.ControlPlane.Platform;

internal static class StartFailures
{
    private const int SqliteDiskFull = 13;
    private const int NoSpace = 28;

    private static string Readers(FleetOptions options) => options.Readers.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";

    /// <summary>A sentence for what a person can mend; null for a bug, which keeps its stack.</summary>
    public static string? Explain(Exception exception, FleetOptions options) => exception switch
    {
        StartException e => e.Message,
        IOException { InnerException: AddressInUseException } e => $"A port is in use: {e.Message} Stop what listens there, or choose others with --Fleet:Operator:Url ({options.Operator.Url}), --Fleet:Device:Port ({options.Device.Port}), --Fleet:Mqtt:Port ({options.Mqtt.Port}) and --Fleet:Readers:Port ({Readers(options)}).",
        System.Net.Sockets.SocketException e => $"An address cannot be used: {e.Message} Look at --Fleet:Operator:Url ({options.Operator.Url}), --Fleet:Device:Port ({options.Device.Port}), --Fleet:Mqtt:Port ({options.Mqtt.Port}) and --Fleet:Readers:Port ({Readers(options)}).",
        SqliteException { SqliteErrorCode: SqliteDiskFull } or IOException { HResult: NoSpace } => $"There is no disk left where {options.Data} is; free some and start again.",
        SqliteException e => $"The database in {options.Data} cannot be opened: {e.Message} Put back a copy of fleet.db, or give another folder as --Fleet:Data=DIR.",
        UnauthorizedAccessException e => $"{e.Message} Change its owner, or give another folder as --Fleet:Data=DIR.",
        _ => null,
    };
}

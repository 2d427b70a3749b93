using Fleet.Client;

namespace Fleet.Console.Live;

/// <summary>The one connection pool of the console, without a token.</summary>
internal sealed class Connection(FleetClientOptions options) : IDisposable
{
    public FleetClient Anonymous { get; } = new(options with { Token = null });

    public void Dispose() => Anonymous.Dispose();
}

using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;

namespace Fleet.ControlPlane.Tests;

/// <summary>The real program with a typed client; one for a test class, whose tests use names of their own.</summary>
public sealed class RunningPlane : IAsyncLifetime
{
    private TestControlPlane? _server;
    private FleetClient? _admin;

    public TestControlPlane Server => _server!;

    public FleetClient Admin => _admin!;

    public IServiceProvider Services => Server.Services;

    public async ValueTask InitializeAsync()
    {
        _server = await TestControlPlane.StartAsync();
        _admin = new FleetClient(new FleetClientOptions { Address = Server.Http.BaseAddress!, Token = Server.Admin.Token, Retries = 0 });
    }

    /// <summary>A client with a key of its own.</summary>
    public async Task<FleetClient> ClientAsync(Role role) => Admin.WithToken(await Server.KeyAsync(role));

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform;
using Fleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests;

/// <summary>The real program on free ports with a folder of its own; one for a test class, whose tests use names of their own.</summary>
public sealed class RunningPlane : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private WebApplication? _app;
    private FleetClient? _admin;

    public FleetClient Admin => _admin!;

    internal IServiceProvider Services => _app!.Services;

    internal string Data => _folder.At("data");

    public async ValueTask InitializeAsync()
    {
        _app = await ControlPlaneHost.StartAsync(Arguments(), CancellationToken.None);
        await using var scope = Services.CreateAsyncScope();
        var token = await scope.ServiceProvider.GetRequiredService<Accounts>().InviteFirstAsync(CancellationToken.None);
        using var anyone = Client(token: null);
        var session = await anyone.Access.CreateFirstOperatorAsync(new FirstOperatorRequest(token!, "admin", "a long password"), CancellationToken.None);
        _admin = Client(session.Token);
    }

    /// <summary>A client with a key of its own.</summary>
    public async Task<FleetClient> ClientAsync(Role role)
    {
        var key = await Admin.Access.CreateApiKeyAsync(new ApiKeyRequest($"{role}", role), CancellationToken.None);
        return Admin.WithToken(key.Key);
    }

    /// <summary>For requests that the typed client would never make.</summary>
    public HttpClient Raw()
    {
        var raw = new HttpClient { BaseAddress = Admin.Address };
        raw.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return raw;
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Token { get; set; } = "";

    private FleetClient Client(string? token)
    {
        Token = token ?? Token;
        return new(new FleetClientOptions { Address = new Uri(Services.GetRequiredService<Endpoints>().OperatorUrl), Token = token, Retries = 0 });
    }

    private string[] Arguments() =>
    [
        $"--Fleet:Data={Data}", "--Fleet:Operator:Url=http://127.0.0.1:0", "--Fleet:Device:Port=0", "--Fleet:Mqtt:Port=0", "--Logging:LogLevel:Default=Warning",
    ];
}

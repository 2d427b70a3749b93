using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Endpoints = Fleet.ControlPlane.Platform.Endpoints;

namespace Fleet.ControlPlane.Tests.Platform;

/// <summary>The real program on free ports of this machine, with an Admin who is signed in.</summary>
public sealed class TestControlPlane : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly WebApplication _app;

    private TestControlPlane(WebApplication app, TempFolder folder, SessionResponse admin)
    {
        _app = app;
        _folder = folder;
        Admin = admin;
        Http = Client(admin.Token);
    }

    public const string Password = "correct horse battery";

    public SessionResponse Admin { get; }

    /// <summary>The operator API as the Admin.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public string DataFolder => _folder.At("data");

    internal Endpoints Endpoints => Services.GetRequiredService<Endpoints>();

    public static string[] Arguments(string data) =>
        [$"--Fleet:Data={data}", "--Fleet:Operator:Url=http://127.0.0.1:0", "--Fleet:Device:Port=0", "--Fleet:Mqtt:Port=0", "--Fleet:Readers:Port=0", "--Fleet:Readers:HomeAssistant=true", "--Logging:LogLevel:Default=Warning"];

    public static async Task<TestControlPlane> StartAsync(params string[] more)
    {
        var folder = new TempFolder();
        var app = await ControlPlaneHost.StartAsync([.. Arguments(folder.At("data")), .. more], TestContext.Current.CancellationToken);
        await using var scope = app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<Accounts>();
        var token = await accounts.InviteFirstAsync(CancellationToken.None);
        return new TestControlPlane(app, folder, await accounts.CreateFirstAsync(new FirstOperatorRequest(token!, "anna", Password), CancellationToken.None));
    }

    /// <summary>A client of the operator API; null signs nobody in.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(Endpoints.OperatorUrl) };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<string> KeyAsync(Role role)
    {
        var answer = await Http.PostAsync("/api/v1/api-keys", Json(new ApiKeyRequest($"{role}", role), FleetJson.Strict.ApiKeyRequest), TestContext.Current.CancellationToken);
        return (await ReadAsync(answer, FleetJson.Strict.ApiKeyResponse)).Key;
    }

    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return System.Text.Json.JsonSerializer.Deserialize(text, type)!;
    }

    public static async Task<ProblemResponse> ProblemAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.False(answer.IsSuccessStatusCode, text);
        return System.Text.Json.JsonSerializer.Deserialize(text, FleetJson.Strict.ProblemResponse)!;
    }

    public async Task<DeviceResponse> DeviceAsync(string id) =>
        await ReadAsync(await Http.GetAsync($"/api/v1/devices/{id}", TestContext.Current.CancellationToken), FleetJson.Strict.DeviceResponse);

    public async Task<CameraResponse> SetCameraAsync(DeviceId device, string camera, string source = "twin:warehouse.yaml") => await ReadAsync(
        await Http.PutAsync($"/api/v1/devices/{device}/cameras/{camera}", Json(new CameraRequest(source), FleetJson.Strict.CameraRequest), TestContext.Current.CancellationToken),
        FleetJson.Strict.CameraResponse);

    /// <summary>Writes rows as another slice would.</summary>
    internal async Task<T> ReadStoreAsync<T>(Func<FleetStore, Task<T>> readAsync)
    {
        await using var store = await Services.GetRequiredService<IDbContextFactory<FleetStore>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await readAsync(store);
    }

    internal async Task StoreAsync(Action<FleetStore> change)
    {
        await using var store = await Services.GetRequiredService<IDbContextFactory<FleetStore>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        change(store);
        await store.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

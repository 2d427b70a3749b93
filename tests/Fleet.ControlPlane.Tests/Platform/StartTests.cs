using System.Net;
using System.Net.Sockets;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.Platform;

public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_every_wrong_key_and_value_at_once()
    {
        var e = await RefusedAsync("--Fleet:Date=x", "--Fleet:Device:Port=many", "--Fleet:Operator:Url=http://example.com:80");

        Assert.Contains("Fleet:Date is not known", e.Message, StringComparison.Ordinal);
        Assert.Contains("Fleet:Device:Port is 'many'", e.Message, StringComparison.Ordinal);
        Assert.Contains("plain HTTP is for loopback only", e.Message, StringComparison.Ordinal);
        Assert.Contains("Fleet:Data", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_ignore_an_argument_it_does_not_know()
    {
        var e = await RefusedAsync("--data=/tmp");

        Assert.Contains("--data=/tmp", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_port_that_is_in_use()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var e = await RefusedAsync([.. TestControlPlane.Arguments(_folder.At("data")).Where(a => !a.Contains("Operator", StringComparison.Ordinal)), $"--Fleet:Operator:Url=http://127.0.0.1:{port}"]);

        Assert.Contains($"{port}", e.Message, StringComparison.Ordinal);
        Assert.Contains("in use", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_data_folder_that_another_process_holds()
    {
        using var held = DataFolder.Open(_folder.At("data"));

        var e = await RefusedAsync(TestControlPlane.Arguments(_folder.At("data")));

        Assert.Contains("in use by another control plane", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_data_folder_that_is_a_file()
    {
        await File.WriteAllTextAsync(_folder.At("data"), "x", TestContext.Current.CancellationToken);

        var e = await RefusedAsync(TestControlPlane.Arguments(_folder.At("data")));

        Assert.Contains(_folder.At("data"), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_again_on_what_it_left_and_keeps_its_name()
    {
        await using (var first = await ControlPlaneHost.StartAsync(TestControlPlane.Arguments(_folder.At("data")), TestContext.Current.CancellationToken))
        {
        }

        var tenant = await File.ReadAllTextAsync(_folder.At("data", "trust", "tenant"), TestContext.Current.CancellationToken);
        await using var second = await ControlPlaneHost.StartAsync(TestControlPlane.Arguments(_folder.At("data")), TestContext.Current.CancellationToken);

        Assert.Equal(tenant, await File.ReadAllTextAsync(_folder.At("data", "trust", "tenant"), TestContext.Current.CancellationToken));
        Assert.Contains("\"deviceUrl\": \"https://localhost:", await File.ReadAllTextAsync(_folder.At("data", "endpoints.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<StartException> RefusedAsync(params string[] args) =>
        await Assert.ThrowsAsync<StartException>(() => ControlPlaneHost.StartAsync(args, TestContext.Current.CancellationToken));
}

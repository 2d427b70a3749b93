using System.Net;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Client;

public sealed class ProblemTests
{
    private static readonly CancellationToken End = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_the_code_and_the_detail_of_the_server()
    {
        using var server = new Answering(_ => Answering.Json(
            """{"type":"urn:fleet:problem:device.unknown","title":"No such device","status":404,"detail":"No device is called dock-9.","code":"device.unknown","new":1}""", HttpStatusCode.NotFound));

        var problem = await Assert.ThrowsAsync<ProblemException>(() => server.Client().Devices.GetAsync(DeviceId.Parse("dock-9"), End));

        Assert.Same(Problems.DeviceUnknown, problem.Kind);
        Assert.Equal("No device is called dock-9.", problem.Message);
    }

    [Fact]
    public async Task Names_the_fields_that_are_not_allowed()
    {
        using var server = new Answering(_ => Answering.Json(
            """{"type":"t","title":"A value is not allowed","status":400,"detail":null,"code":"request.invalid","errors":{"Days":["Between 1 and 3650."]}}""", HttpStatusCode.BadRequest));

        var problem = await Assert.ThrowsAsync<ProblemException>(() => server.Client().Access.CreateApiKeyAsync(new("ci", Role.Viewer, 0), End));

        Assert.Contains("Days: Between 1 and 3650.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_a_code_that_only_a_newer_server_knows()
    {
        using var server = new Answering(_ => Answering.Json("""{"type":"t","title":"Out of tea","status":418,"detail":"Brew some.","code":"tea.none"}""", (HttpStatusCode)418));

        var problem = await Assert.ThrowsAsync<ProblemException>(() => server.Client().HealthAsync(End));

        Assert.Equal(("tea.none", 418, "Brew some."), (problem.Kind.Code, problem.Kind.Status, problem.Message));
    }

    [Fact]
    public async Task Names_the_address_when_nothing_listens_there()
    {
        using var client = new Fleet.Client.FleetClient(new() { Address = new Uri("http://127.0.0.1:1"), Retries = 0 });

        var problem = await Assert.ThrowsAsync<ProblemException>(() => client.HealthAsync(End));

        Assert.Same(Problems.ServerBusy, problem.Kind);
        Assert.StartsWith("No control plane answers at http://127.0.0.1:1/", problem.Message, StringComparison.Ordinal);
        Assert.Contains("refused", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doubts_the_address_when_something_else_answers()
    {
        using var server = new Answering(_ => new(HttpStatusCode.NotFound) { Content = new StringContent("<html>") });

        var problem = await Assert.ThrowsAsync<ProblemException>(() => server.Client().HealthAsync(End));

        Assert.Same(Problems.RouteUnknown, problem.Kind);
        Assert.Contains("Is this the address of a Fleet control plane?", problem.Message, StringComparison.Ordinal);
    }
}

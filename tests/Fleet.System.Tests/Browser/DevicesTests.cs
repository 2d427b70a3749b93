using Fleet.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>The list of devices of a large fleet.</summary>
public sealed class DevicesTests
{
    private const int Many = 10_000;

    // a busy machine is slow, not broken
    private static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 120_000 };

    [Fact]
    public Task Ten_thousand_devices_are_scrolled_through_searched_and_kept_as_a_view() => BrowsedConsole.RunAsync(async console =>
    {
        await EnrolManyAsync(console);
        var page = console.Page;
        await console.OpenAsync("/devices");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "All 10,001", Exact = true })).ToBeVisibleAsync(Patience);

        // few rows are on the page, and the last of all is a scroll away
        var rows = page.Locator(".device-table tbody tr[aria-rowindex]");
        await Assertions.Expect(rows.First).ToContainTextAsync("dock-00001", new LocatorAssertionsToContainTextOptions { Timeout = Patience.Timeout });
        Assert.InRange(await rows.CountAsync(), 10, 150);
        await page.EvaluateAsync("() => window.scrollTo(0, document.documentElement.scrollHeight)");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "edge-seed", Exact = true })).ToBeVisibleAsync(Patience);
        Assert.InRange(await rows.CountAsync(), 10, 150);

        // typing narrows the list without reload, a label on a row narrows it further, and the address says all of it
        await page.EvaluateAsync("() => window.scrollTo(0, 0)");
        await page.GetByLabel("Name or site").FillAsync("dock-0012");
        await Assertions.Expect(rows).ToHaveCountAsync(10, new LocatorAssertionsToHaveCountOptions { Timeout = Patience.Timeout });
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "ring=canary" }).First.ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1, new LocatorAssertionsToHaveCountOptions { Timeout = Patience.Timeout });
        await Assertions.Expect(rows).ToContainTextAsync("dock-00120");
        Assert.EndsWith("/devices?search=dock-0012&labels=ring%3Dcanary", page.Url, StringComparison.Ordinal);

        await KeepViewAsync(page, "Canaries of 12");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Never seen 1" })).ToHaveAttributeAsync("href", "/devices?search=dock-0012&labels=ring%3Dcanary&condition=NeverSeen");
        await console.OpenAsync("/devices?condition=NeverSeen");
        await Assertions.Expect(page.GetByText("Never seen", new PageGetByTextOptions { Exact = true }).Last).ToBeVisibleAsync(Patience);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Canaries of 12" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1, new LocatorAssertionsToHaveCountOptions { Timeout = Patience.Timeout });
        await Assertions.Expect(rows).ToContainTextAsync("dock-00120");
        Assert.Empty(await PageRules.BreachesAsync(console));
    });

    /// <summary>Names the view that is shown. What is typed while the page has lost its connection is lost too: whoever sees that types it again.</summary>
    private static async Task KeepViewAsync(IPage page, string name)
    {
        for (var tries = 1; ; tries++)
        {
            await page.GetByLabel("Name of this view").FillAsync(name);
            await page.GetByLabel("Name of this view").PressAsync("Enter");
            try
            {
                await Assertions.Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name })).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 30_000 });
                return;
            }
            catch (PlaywrightException) when (tries < 4)
            {
                // again
            }
        }
    }

    /// <summary>Enrols one device as devices do, and copies its row as often as a large fleet has devices.</summary>
    private static async Task EnrolManyAsync(BrowsedConsole console)
    {
        var seed = DeviceId.Parse("edge-seed");
        var token = await console.Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(seed, new Dictionary<string, string> { ["ring"] = "wide" }, "store-1"), TestContext.Current.CancellationToken);
        await console.Demo.Stack.EnrolAsync(seed, token.Token, TestContext.Current.CancellationToken);
        await using var store = new SqliteConnection($"Data Source={Path.Combine(console.Demo.Stack.ControlPlaneData, "fleet.db")};Default Timeout=60;Pooling=False");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using var columns = store.CreateCommand();
        columns.CommandText = """SELECT group_concat('"' || name || '"') FROM pragma_table_info('Devices') WHERE name NOT IN ('Id', 'Labels')""";
        var others = (string)(await columns.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        await using var copies = store.CreateCommand();
        copies.CommandText = $$"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{Many}})
            INSERT INTO Devices ("Id", "Labels", {{others}})
            SELECT printf('dock-%05d', n.i), CASE WHEN n.i % 10 = 0 THEN '{"ring":"canary"}' ELSE '{"ring":"wide"}' END, {{others}} FROM Devices, n WHERE Devices.Id = 'edge-seed'
            """;
        Assert.Equal(Many, await copies.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}

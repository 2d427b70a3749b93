using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.ControlPlane.Tests.Labelling;

/// <summary>The label page as hands meet it.</summary>
public sealed partial class LabelPageTests(LabelBrowser browser) : IClassFixture<LabelBrowser>
{
    private const string Modules = "/_content/Fleet.Console/label";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_drawn_is_there_after_a_reload_and_on_the_server_without_any_save()
    {
        var frame = (await browser.TakeAsync("drawn", 1, found: false))[0];
        var page = await browser.OpenAsync("drawn");
        await DragAsync(page, (30, 40), (130, 140));
        await DragAsync(page, (80, 90), (100, 90));
        await page.Keyboard.PressAsync("ArrowDown");

        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[data-part=boxes]")).ToHaveTextAsync("1 box");
        await Eventually.Is(async () => (await browser.Plane.Admin.Labelling.HoldAsync(frame, new LeaseRequest(), Cancel)).Draft is [var box] && Near(box.Box, new Box(50, 41, 100, 100)));
        await page.Locator("canvas").FocusAsync();
        await page.Keyboard.PressAsync("Space");

        await SavedAsync(page);
        await Eventually.Is(async () => (await browser.Plane.Admin.Samples.GetAsync(frame, Cancel)).State == SampleState.Labelled);
    }

    [Fact]
    public async Task A_finished_label_waits_in_the_browser_while_the_server_is_away()
    {
        var frame = (await browser.TakeAsync("away", 2))[0];
        var page = await browser.OpenAsync("away");
        await page.RouteAsync("**/label", route => route.Request.Method == "PUT" ? route.AbortAsync() : route.ContinueAsync());
        await page.Keyboard.PressAsync("s");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("[data-part=saved]")).ToHaveAttributeAsync("data-state", "offline");
        Assert.Equal(SampleState.Unlabelled, (await browser.Plane.Admin.Samples.GetAsync(frame, Cancel)).State);

        await page.UnrouteAllAsync();
        await page.ReloadAsync();

        await Eventually.Is(async () => (await browser.Plane.Admin.Samples.GetAsync(frame, Cancel)).Label?.Count == 3);
    }

    [Fact]
    public async Task Space_is_done_however_slowly_it_is_pressed_but_not_where_the_hand_began_to_move_the_picture()
    {
        var frames = await browser.TakeAsync("held", 3);
        var page = await browser.OpenAsync("held");
        var (x, y) = await PlaceAsync(page, (50, 50));
        await page.Mouse.MoveAsync(x, y);

        await HoldSpaceAsync(page, () => page.Mouse.MoveAsync(x + 20, y));
        await HoldSpaceAsync(page, () => Task.CompletedTask);

        await Assertions.Expect(page.Locator(".lab")).ToHaveAttributeAsync("data-frame", frames[1].ToString());
        await Assertions.Expect(page.Locator(".lab")).ToHaveAttributeAsync("data-frames", "1");
    }

    [Fact]
    public async Task Four_extreme_points_make_a_box_and_undo_takes_it_back()
    {
        await browser.TakeAsync("extreme", 1, found: false);
        var page = await browser.OpenAsync("extreme");

        // what the console does with every page that it came to, here after the frame is there
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.Locator("canvas")).ToBeFocusedAsync();
        foreach (var at in new (float, float)[] { (100, 40), (60, 80), (110, 120), (150, 70) })
        {
            var (x, y) = await PlaceAsync(page, at);
            await page.Mouse.ClickAsync(x, y);
        }

        await Assertions.Expect(page.Locator("[data-part=spoken]")).ToHaveTextAsync(Spoken());
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator("[data-part=boxes]")).ToHaveTextAsync("0 boxes");
        await page.Keyboard.PressAsync("Control+y");
        await Assertions.Expect(page.Locator("[data-part=boxes]")).ToHaveTextAsync("1 box");
    }

    [Fact]
    public async Task Any_row_of_commands_is_taken_back_and_repeated_exactly()
    {
        await browser.TakeAsync("state", 1);
        var page = await browser.OpenAsync("state");

        var wrong = await page.EvaluateAsync<string[]>($$"""
            async () => {
              const { after, begin, boxOf } = await import('{{Modules}}/state.js');
              let seed = 7;
              const chance = n => (seed = (seed * 16807) % 2147483647) % n;
              const point = () => [chance(320), chance(240)];
              const makers = [
                s => ({ do: 'draw', from: point(), to: point() }), s => ({ do: 'choose', id: s.boxes[chance(s.boxes.length || 1)]?.id ?? null }),
                s => ({ do: 'move', dx: chance(90) - 45, dy: chance(90) - 45 }), s => ({ do: 'resize', handle: ['nw', 'e', 's'][chance(3)], dx: chance(60) - 30, dy: chance(60) - 30 }),
                s => ({ do: 'remove' }), s => ({ do: 'duplicate' }), s => ({ do: 'classify', index: chance(2) }), s => ({ do: 'accept' }), s => ({ do: 'acceptAll' }), s => ({ do: 'cycle' }),
                s => ({ do: 'point', at: point() }), s => ({ do: 'copy', boxes: [{ label: 'can', x: 300, y: 230, w: 40, h: 40 }] }),
              ];
              const wrong = [];
              const first = begin({ width: 320, height: 240, classes: ['carton', 'can'], boxes: [boxOf({ label: 'carton', score: .5, box: { x: 1, y: 2, width: 30, height: 40 } })] });
              let state = first;
              for (let i = 0; i < 150; i++) {
                const before = JSON.stringify(state);
                const next = after(state, makers[chance(makers.length)](state));
                if (JSON.stringify(state) !== before) { wrong.push(`command ${i} changed the state before it`); }
                if (next.boxes.some(b => b.x < 0 || b.y < 0 || b.x + b.w > 320.001 || b.y + b.h > 240.001 || b.w <= 0 || b.h <= 0)) { wrong.push(`a box is outside after ${i}`); }
                if (new Set(next.boxes.map(b => b.id)).size !== next.boxes.length) { wrong.push(`two boxes have one id after ${i}`); }
                state = next;
              }
              const last = JSON.stringify(state.boxes);
              while (state.past.length > 0) { state = after(state, { do: 'undo' }); }
              if (JSON.stringify(state.boxes) !== JSON.stringify(first.boxes)) { wrong.push('undo does not lead back'); }
              while (state.future.length > 0) { state = after(state, { do: 'redo' }); }
              if (JSON.stringify(state.boxes) !== last) { wrong.push('redo does not lead there again'); }
              const drag = [1, 2, 3].reduce((s, dx) => after(s, { do: 'move', dx, dy: 0, gesture: 'one' }), after(first, { do: 'choose', id: 1 }));
              if (after(drag, { do: 'undo' }).boxes[0].x !== 1) { wrong.push('a drag is more than one step'); }
              return wrong;
            }
            """);

        Assert.Empty(wrong);
    }

    [GeneratedRegex("^object, box 1 of 1, (89|90|91) by (79|80|81) at (59|60|61), (39|40|41)$")]
    private static partial Regex Spoken();

    private static Task SavedAsync(IPage page) => Assertions.Expect(page.Locator("[data-part=saved]")).ToHaveAttributeAsync("data-state", "saved");

    // the picture of 320x240 px fits the canvas
    /// <summary>Longer than any tap.</summary>
    private static async Task HoldSpaceAsync(IPage page, Func<Task> meanwhile)
    {
        await page.Keyboard.DownAsync("Space");
        var since = await page.EvaluateAsync<double>("() => performance.now()");
        await meanwhile();
        await page.WaitForFunctionAsync("since => performance.now() > since + 500", since);
        await page.Keyboard.UpAsync("Space");
    }

    private static async Task<(float X, float Y)> PlaceAsync(IPage page, (float X, float Y) at)
    {
        var box = (await page.Locator("canvas").BoundingBoxAsync())!;
        var scale = Math.Min(box.Width / 320, box.Height / 240);
        return (box.X + ((box.Width - (320 * scale)) / 2) + (at.X * scale), box.Y + ((box.Height - (240 * scale)) / 2) + (at.Y * scale));
    }

    private static async Task DragAsync(IPage page, (float, float) from, (float, float) to)
    {
        var (x, y) = await PlaceAsync(page, from);
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        (x, y) = await PlaceAsync(page, to);
        await page.Mouse.MoveAsync(x, y, new MouseMoveOptions { Steps = 3 });
        await page.Mouse.UpAsync();
    }

    private static bool Near(Box a, Box b) =>
        Math.Abs(a.X - b.X) < 1 && Math.Abs(a.Y - b.Y) < 1 && Math.Abs(a.Width - b.Width) < 1 && Math.Abs(a.Height - b.Height) < 1;
}

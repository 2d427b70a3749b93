using System.Globalization;
using Fleet.Contracts;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>Somebody who labels with the keyboard alone, and counts.</summary>
internal sealed class Labeller(BrowsedConsole console)
{
    private const int Frames = 10;

    // what is wrong on some of the frames where something is proposed, and how a hand puts it right
    private static readonly IReadOnlyList<Correction> Corrections =
    [
        new("moved", ["Tab", "ArrowUp", "ArrowLeft", "ArrowLeft"], (proposed, label) => label.Any(b => !proposed.Any(p => Near(b, p)) && proposed.Any(p => Near(b, p with { X = b.X, Y = b.Y })))),
        new("made smaller", ["Tab", "Shift+ArrowUp", "Shift+ArrowUp", "Shift+ArrowLeft"], (proposed, label) => label.Any(b => proposed.Any(p => Near(b, p with { Width = p.Width - 1, Height = p.Height - 2 })))),
        new("drawn where nothing was proposed", ["w", "Enter", "Control+ArrowUp", "Control+Shift+ArrowRight"], (proposed, label) => label.Count == proposed.Count + 1),
        new("taken away", ["Tab", "Delete"], (proposed, label) => label.Count == proposed.Count - 1),
        new("doubled and moved", ["Tab", "Control+d", "Control+ArrowDown"], (proposed, label) => label.Count == proposed.Count + 1),
    ];

    private readonly IPage _page = console.Page;
    private int _presses;

    /// <summary>Labels ten of the frames that wait.</summary>
    /// <param name="atFirst">Looks at the first frame, before it is touched.</param>
    /// <returns>Key presses, the only interactions, for each box.</returns>
    public async Task<double> LabelTenAsync(Func<Task> atFirst)
    {
        var lab = _page.Locator(".lab");
        var due = new Queue<Correction>(Corrections);
        var labelled = new List<(Digest Frame, IReadOnlyList<Box> Proposed, Correction? Made)>();
        await Assertions.Expect(_page.Locator(".lab canvas")).ToBeFocusedAsync();
        for (var i = 0; i < Frames; i++)
        {
            var frame = Digest.Parse((await lab.GetAttributeAsync("data-frame"))!, CultureInfo.InvariantCulture);
            var proposed = await ProposedAsync(frame);
            if (i == 0)
            {
                await atFirst();
            }

            var correction = i > 0 && proposed.Count > 0 && due.TryDequeue(out var next) ? next : null;
            await PressAsync(["s", .. correction?.Keys ?? [], "Space"]);
            await Assertions.Expect(lab).Not.ToHaveAttributeAsync("data-frame", frame.ToString());
            labelled.Add((frame, proposed, correction));
        }

        await Assertions.Expect(_page.Locator("[data-part=saved]")).ToHaveAttributeAsync("data-state", "saved");
        Assert.Empty(due);

        // the page counts what its people do in the same way
        await Assertions.Expect(lab).ToHaveAttributeAsync("data-acts", _presses.ToString(CultureInfo.InvariantCulture));
        var boxes = 0;
        foreach (var (frame, proposed, correction) in labelled)
        {
            var sample = await console.Client.Samples.GetAsync(frame, TestContext.Current.CancellationToken);
            Assert.Equal(SampleState.Labelled, sample.State);
            boxes += sample.Label!.Count;
            Assert.True(correction?.Holds(proposed, [.. sample.Label.Select(l => l.Box)]) ?? sample.Label.Count == proposed.Count, $"{frame} has another label than its proposals with a box {correction?.What}.");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Frames} frames with {boxes} boxes by {_presses} keys and no click or drag: {(double)_presses / boxes:0.00} interactions a box");
        return (double)_presses / boxes;
    }

    /// <summary>What the version in service is sure enough of.</summary>
    private async Task<IReadOnlyList<Box>> ProposedAsync(Digest frame)
    {
        var sample = await console.Client.Samples.GetAsync(frame, TestContext.Current.CancellationToken);
        var version = await console.Client.Versions.GetAsync(sample.Frame.Version!.Value, TestContext.Current.CancellationToken);
        return [.. sample.Frame.Detections.Where(d => d.Score >= version.Card.ScoreThreshold).Select(d => d.Box)];
    }

    private async Task PressAsync(string[] keys)
    {
        foreach (var key in keys)
        {
            await _page.Keyboard.PressAsync(key);
            _presses++;
        }
    }

    private static bool Near(Box a, Box b) =>
        Math.Abs(a.X - b.X) < 0.02 && Math.Abs(a.Y - b.Y) < 0.02 && Math.Abs(a.Width - b.Width) < 0.02 && Math.Abs(a.Height - b.Height) < 0.02;

    /// <param name="What">For people.</param>
    /// <param name="Keys">After all proposals were accepted.</param>
    /// <param name="Holds">Whether the label shows it, beside what was proposed.</param>
    private sealed record Correction(string What, string[] Keys, Func<IReadOnlyList<Box>, IReadOnlyList<Box>, bool> Holds);
}

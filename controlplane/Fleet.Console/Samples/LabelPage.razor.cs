using System.Globalization;
using Fleet.Console.Live;
using Fleet.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Fleet.Console.Samples;

/// <summary>One sample with its boxes. The boxes live in the browser until they are saved.</summary>
public sealed partial class LabelPage
{
    private ElementReference _host;
    private IJSObjectReference? _module;
    private IJSObjectReference? _editor;
    private DotNetObjectReference<LabelPage>? _self;
    private SampleResponse? _sample;
    private ProblemException? _problem;
    private IReadOnlyList<string> _classes = [];
    private string? _shown;
    private string? _opened;
    private int _boxes;
    private int _proposals;
    private int _class;
    private bool _selected;
    private bool _busy;

    /// <summary>Digest of the sample.</summary>
    [Parameter] public string Id { get; set; } = "";

    [Inject] private FleetSession Session { get; set; } = null!;

    [Inject] private Notices Notices { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    private string? Place => _sample is { } sample ? $"{sample.Frame.Camera} on {sample.Device}, {Parts.Figures.At(sample.Frame.CapturedAt)}" : null;

    /// <summary>Called by the editor after every change.</summary>
    [JSInvokable]
    public void Changed(int boxes, int proposals, bool selected, int chosenClass)
    {
        (_boxes, _proposals, _selected, _class) = (boxes, proposals, selected, chosenClass);
        StateHasChanged();
    }

    /// <summary>Called by the editor for the keys that leave the picture: <c>save</c>, <c>discard</c>, <c>next</c>.</summary>
    [JSInvokable]
    public async Task CommandAsync(string command)
    {
        if (_busy || _sample is null)
        {
            return;
        }

        _busy = true;
        var next = await NextAsync();
        if (command == "next" || await LabelAsync(command == "save" ? SampleState.Labelled : SampleState.Discarded))
        {
            Navigation.NavigateTo(next is { } digest ? $"/samples/{digest}" : "/samples");
        }

        _busy = false;
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await CloseAsync();
            await (_module?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (JSDisconnectedException)
        {
            // the browser is gone, and the editor with it
        }

        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Id)
        {
            _shown = Id;
            await ReadAsync();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_sample is { } sample && _opened != sample.Frame.Digest.ToString())
        {
            _opened = sample.Frame.Digest.ToString();
            await OpenAsync(sample);
        }
    }

    private static string Shape(FrameMessage frame) => ((double)frame.WidthPx / frame.HeightPx).ToString("0.####", CultureInfo.InvariantCulture);

    private async Task ReadAsync()
    {
        try
        {
            var client = await Session.ClientAsync();
            var digest = Digest.TryParse(Id, null, out var parsed)
                ? parsed
                : throw new ProblemException(Problems.SampleUnknown, $"'{Id}' is not a sample: wanted sha256: and 64 hex digits.");
            var sample = await client.Samples.GetAsync(digest, CancellationToken.None);
            _classes = await ClassesAsync(sample);
            (_sample, _problem) = (sample, null);
        }
        catch (ProblemException e)
        {
            _problem = e;
        }
    }

    /// <summary>Classes of the version that looked, and any others that the frame's boxes name.</summary>
    private async Task<IReadOnlyList<string>> ClassesAsync(SampleResponse sample)
    {
        var client = await Session.ClientAsync();
        var known = sample.Frame.Version is { } version ? (await client.Versions.GetAsync(version, CancellationToken.None)).Card.Classes : [];
        var named = sample.Frame.Detections.Select(d => d.Label).Concat(sample.Label?.Select(a => a.Label) ?? []);
        var all = known.Concat(named).Distinct(StringComparer.Ordinal).ToList();
        return all.Count > 0 ? all : ["object"];
    }

    private async Task OpenAsync(SampleResponse sample)
    {
        await CloseAsync();
        _self ??= DotNetObjectReference.Create(this);
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./_content/Fleet.Console/label.js");
        var frame = new EditorFrame(
            Client.SamplesClient.PicturePath(sample.Frame.Digest),
            sample.Frame.WidthPx,
            sample.Frame.HeightPx,
            _classes,
            [.. sample.Label?.Select(a => EditorBox.Of(a)) ?? sample.Frame.Detections.Select(d => EditorBox.Of(d))]);
        _editor = await _module.InvokeAsync<IJSObjectReference>("open", _host, frame, _self);
    }

    private async Task CloseAsync()
    {
        if (_editor is { } editor)
        {
            _editor = null;
            await editor.InvokeVoidAsync("close");
            await editor.DisposeAsync();
        }
    }

    private async Task EditAsync(string action, object? argument = null)
    {
        if (_editor is { } editor)
        {
            await editor.InvokeVoidAsync(action, argument);
        }
    }

    private async Task<bool> LabelAsync(SampleState state)
    {
        var boxes = state == SampleState.Labelled && _editor is { } editor ? await editor.InvokeAsync<List<EditorBox>>("boxes") : [];
        var client = await Session.ClientAsync();
        return await Notices.TryAsync(async () =>
        {
            var label = new LabelRequest(state, [.. boxes.Select(b => b.ToAnnotation())]);
            await client.Samples.LabelAsync(_sample!.Frame.Digest, label, _sample.ETag, CancellationToken.None);
        });
    }

    /// <summary>The sample after this one among those that wait; null when there is no other.</summary>
    private async Task<Digest?> NextAsync()
    {
        const int looked = 500;
        var client = await Session.ClientAsync();
        var here = _sample!.Frame.Digest;
        List<Digest> waiting = [];
        await Notices.TryAsync(async () => waiting =
            [.. (await client.Samples.PageAsync(new(SampleState.Unlabelled), cursor: null, looked, CancellationToken.None)).Items.Select(s => s.Frame.Digest)]);
        var after = waiting.SkipWhile(d => d != here).Skip(1).Concat(waiting).Where(d => d != here).ToList();
        return after.Count > 0 ? after[0] : null;
    }
}

using System.Threading.Channels;
using Fleet.Client;
using Fleet.Console.Access;
using Fleet.Contracts;
using Microsoft.AspNetCore.Components;

namespace Fleet.Console.Live;

/// <summary>Shows something of the API and keeps it fresh: reads it, shows the last known at once, reads again when it changes.</summary>
public sealed partial class Live<T>
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private IDisposable? _listening;
    private Task? _loop;
    private string? _shownKey;
    private T? _value;
    private ProblemException? _problem;

    /// <summary>Names what is read, filter included; another key reads something else.</summary>
    [Parameter, EditorRequired] public string Key { get; set; } = "";

    /// <summary>Kinds of change, separated by spaces, after which it is read again.</summary>
    [Parameter, EditorRequired] public string Kinds { get; set; } = "";

    /// <summary>It is also read again after so long.</summary>
    [Parameter] public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Reads it.</summary>
    [Parameter, EditorRequired] public Func<FleetClient, CancellationToken, Task<T>> Load { get; set; } = null!;

    /// <summary>Shows it.</summary>
    [Parameter, EditorRequired] public RenderFragment<T> ChildContent { get; set; } = null!;

    /// <summary>Reads again now.</summary>
    public async Task ReloadAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listening?.Dispose();
        await _end.CancelAsync();
        if (_loop is { } loop)
        {
            await loop;
        }

        _end.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_shownKey == Key)
        {
            return;
        }

        _shownKey = Key;
        await Session.ClientAsync();
        _value = Known.Get<T>(Session.Token, Key);
        await ReadAsync();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _listening = Changes.Listen(change =>
            {
                if (change == ChangesClient.Everything || Kinds.Contains(change.Kind, StringComparison.Ordinal))
                {
                    _wakes.Writer.TryWrite(true);
                }
            });
            _loop = LoopAsync(_end.Token);
        }
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await WakeAsync(cancellationToken);
                await InvokeAsync(ReloadAsync);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the page was left
        }
        catch (Exception e)
        {
            // a bug: it ends the circuit and is logged, as if a page had thrown it
            await DispatchExceptionAsync(e);
        }
    }

    /// <summary>Waits for a change or the period, then a moment more so that many changes cost one reading.</summary>
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        using var period = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = Time.CreateTimer(_ => _wakes.Writer.TryWrite(true), null, Every, Timeout.InfiniteTimeSpan);
        await _wakes.Reader.ReadAsync(cancellationToken);
        await Task.Delay(Settle, Time, cancellationToken);
        while (_wakes.Reader.TryRead(out _))
        {
        }
    }

    private async Task ReadAsync()
    {
        var key = Key;
        try
        {
            var value = await Load(await Session.ClientAsync(), _end.Token);
            Known.Set(Session.Token, key, value);
            (_value, _problem) = key == Key ? (value, null) : (_value, _problem);
        }
        catch (ProblemException e) when (e.Kind == Problems.AuthRequired)
        {
            Navigation.NavigateTo(ToSignIn.Address(Navigation), forceLoad: true);
        }
        catch (ProblemException e)
        {
            _problem = e;
        }
    }
}

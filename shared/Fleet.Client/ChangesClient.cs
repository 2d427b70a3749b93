using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>What changes, as it happens.</summary>
public sealed class ChangesClient
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private readonly Wire _wire;

    internal ChangesClient(Wire wire) => _wire = wire;

    /// <summary>Comes first on every connection of <see cref="FollowAsync"/>: anything may have changed meanwhile, read again what matters.</summary>
    public static ChangeMessage Everything { get; } = new("everything", "");

    /// <summary>Changes of one connection, from now on; ends when the server ends it.</summary>
    /// <exception cref="ProblemException">The server refused, went away, or sent what cannot be read.</exception>
    public async IAsyncEnumerable<ChangeMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(cancellationToken);
        await foreach (var change in ItemsAsync(response, cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>Changes for as long as the caller wants, over as many connections as it takes; each begins with <see cref="Everything"/>.</summary>
    /// <exception cref="ProblemException">The server refused for a reason that waiting does not mend, such as an ended session.</exception>
    public async IAsyncEnumerable<ChangeMessage> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wait = _wire.Options.RetryDelay;
        while (true)
        {
            await using var changes = FromConnectAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MovesAsync(changes))
            {
                wait = _wire.Options.RetryDelay;
                yield return changes.Current;
            }

            await Task.Delay(wait, _wire.Options.Time, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private static async Task<bool> MovesAsync(IAsyncEnumerator<ChangeMessage> changes)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Busy or Fault.Server)
        {
            // the caller connects again
            return false;
        }
    }

    private async IAsyncEnumerable<ChangeMessage> FromConnectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(cancellationToken);
        yield return Everything;
        await foreach (var change in ItemsAsync(response, cancellationToken))
        {
            yield return change;
        }
    }

    private Task<HttpResponseMessage> OpenAsync(CancellationToken cancellationToken) =>
        _wire.OpenAsync(Call.Get($"{Wire.Api}/changes") with { LongBody = true, Headers = h => h.Accept.ParseAdd("text/event-stream") }, cancellationToken);

    private async IAsyncEnumerable<ChangeMessage> ItemsAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var items = SseParser.Create(body, (_, data) => Parse(data)).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(items))
        {
            if (items.Current.Data is { } change)
            {
                yield return change;
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<SseItem<ChangeMessage?>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Answers.Away(_wire.Address, e);
        }
    }

    private ChangeMessage? Parse(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(data, FleetJson.Tolerant.ChangeMessage);
        }
        catch (JsonException e)
        {
            throw Answers.Unreadable(_wire.Address, "/api/v1/changes", $"an event that this client cannot read ({e.Message})", e);
        }
    }
}

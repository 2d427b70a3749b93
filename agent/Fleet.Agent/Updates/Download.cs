using System.Net;
using System.Security.Cryptography;
using Fleet.Agent.Link;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>Reads a file of the control plane on from where a broken download stopped, and never beyond its limit.</summary>
/// <param name="path">What it is, for people.</param>
/// <param name="maxBytes">More is not read.</param>
/// <param name="askAsync">Asks for it from a byte on.</param>
/// <param name="time">Clock of the limit on silence.</param>
internal sealed class Download(string path, long maxBytes, Func<long, CancellationToken, Task<HttpResponseMessage>> askAsync, TimeProvider time)
{
    /// <summary>Less than this on average of a minute is no download: whoever drips could hold an update for ever.</summary>
    internal const int SlowestBytesPerSecond = 256;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);
    private long _windowBegan;
    private long _windowBytes;

    /// <summary>Appends to <paramref name="stream"/>; what is there already stays if the server goes on behind it.</summary>
    /// <param name="stream">At its end.</param>
    /// <param name="hash">Knows what is there; hears what comes. Null where it is hashed later.</param>
    /// <param name="tally">Told of each read.</param>
    /// <param name="cancellationToken">Gives up; what was received stays.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>: there is more than the limit; what came is thrown away.</exception>
    public async Task ReadOnAsync(FileStream stream, IncrementalHash? hash, FetchTally tally, CancellationToken cancellationToken)
    {
        using var answer = await askAsync(stream.Length, cancellationToken);
        if (stream.Length > 0 && !Continues(answer, stream.Length))
        {
            stream.SetLength(0);
            _ = hash?.GetHashAndReset();
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 << 10];
        (_windowBegan, _windowBytes) = (time.GetTimestamp(), 0);
        for (int read; (read = await ReadAsync(body, buffer, cancellationToken)) > 0;)
        {
            if (stream.Length + read > maxBytes)
            {
                stream.SetLength(0);
                throw new ProblemException(Problems.TrustMismatch, $"{path} is longer than the {maxBytes} bytes that were signed; the rest was not read.");
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            hash?.AppendData(buffer, 0, read);
            tally.Receive(read);
            RequireRate(read);
        }
    }

    private static bool Continues(HttpResponseMessage answer, long from) =>
        answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == from;

    private void RequireRate(int read)
    {
        _windowBytes += read;
        var elapsed = time.GetElapsedTime(_windowBegan);
        if (elapsed < RateWindow)
        {
            return;
        }

        if (_windowBytes < elapsed.TotalSeconds * SlowestBytesPerSecond)
        {
            throw new TimeoutException($"The download of {path} brought {_windowBytes} bytes in {elapsed.TotalSeconds:0} s; less than {SlowestBytesPerSecond} bytes a second is given up and tried again.");
        }

        (_windowBegan, _windowBytes) = (time.GetTimestamp(), 0);
    }

    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        using var silent = new CancellationTokenSource(Silence, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The download was silent for {Silence.TotalSeconds:0} s.", e);
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Engines;

/// <summary>Takes engines that devices of exactly this kind built, and offers those built here. What is taken is sealed by a device of this fleet and is only a candidate: the golden clip decides. Whatever goes wrong, the engine is built here.</summary>
internal sealed partial class EngineExchange(DeviceApi api, EnrolResponse enrolment, DeviceCredential credential, EngineCache cache, TimeProvider time, ILogger<EngineExchange> log)
{
    private const int MaxOffers = 16;
    private readonly ConcurrentQueue<EngineKey> _offers = new();
    private readonly ConcurrentDictionary<Digest, string> _refused = new();

    /// <summary>There is something to offer.</summary>
    public Signal Wake { get; } = new();

    /// <returns>Whether an engine for <paramref name="key"/> that another device built lies in the cache now.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task<bool> TakeAsync(EngineKey key, long maxBytes, CancellationToken cancellationToken)
    {
        if (_refused.ContainsKey(key.Digest))
        {
            return false;
        }

        try
        {
            var answer = await api.EngineAsync(key.Digest, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                answer.Dispose();
                return false;
            }

            var statement = Read(answer, key, maxBytes);
            if (!cache.Take(key, await DownloadAsync(answer, statement, cancellationToken), statement.Device))
            {
                throw new ProblemException(Problems.EngineSeal, "the file is no engine for this device's key.");
            }

            Took(log, key.Model, statement.Device, statement.SizeBytes);
            return true;
        }
        catch (Exception e) when (e is ProblemException or HttpRequestException or TimeoutException || (e is IOException io && !DiskRoom.IsMissing(io)))
        {
            Useless(log, key.Model, e.Message);
            return false;
        }
    }

    /// <summary>Throws an engine away that was taken and is of no use here, and does not ask for it again.</summary>
    public void Refuse(EngineKey key, string why)
    {
        Refused(log, key.Model, cache.BuilderOf(key)?.ToString() ?? "another device", why);
        cache.Remove(key);
        _refused[key.Digest] = why;
    }

    /// <summary>Offers an engine that was built here and reproduced the clip; the newest few are remembered.</summary>
    public void Offer(EngineKey key)
    {
        if (_offers.Count < MaxOffers)
        {
            _offers.Enqueue(key);
            Wake.Set();
        }
    }

    /// <summary>Sends what is to be offered.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (_offers.TryPeek(out var key))
        {
            await SendAsync(key, cancellationToken);
            _offers.TryDequeue(out _);
        }
    }

    private async Task SendAsync(EngineKey key, CancellationToken cancellationToken)
    {
        if (cache.ReadFile(key) is not { LongLength: <= EngineStatement.MaxBytes } file)
        {
            return;
        }

        var statement = new EngineStatement(key.Digest, key.Model, Digest.Of(file), file.LongLength, enrolment.Device, time.GetUtcNow());
        try
        {
            await api.PutEngineAsync(key.Digest, EngineSeal.Close(statement, credential.Current), file, cancellationToken);
            Offered(log, key.Model, file.LongLength);
        }
        catch (ProblemException e) when (e.Kind.Fault == Fault.Caller)
        {
            // asking again would change nothing
            NotOffered(log, key.Model, e.Message);
        }
    }

    private EngineStatement Read(HttpResponseMessage answer, EngineKey key, long maxBytes)
    {
        var seal = answer.Headers.TryGetValues(SealedEngine.Header, out var values) ? values.First() : "";
        var statement = EngineSeal.Open(seal, enrolment.CaPem, time);
        return (statement.Key, statement.Model) != (key.Digest, key.Model) ? throw new ProblemException(Problems.EngineSeal, "it is sealed for something else than was asked for.")
            : statement.SizeBytes > maxBytes ? throw new ProblemException(Problems.EngineSeal, $"it has {statement.SizeBytes} bytes, and {maxBytes} may be taken.")
            : statement;
    }

    private async Task<byte[]> DownloadAsync(HttpResponseMessage answer, EngineStatement statement, CancellationToken cancellationToken)
    {
        var path = cache.TemporaryPath();
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await new Download("the engine", statement.SizeBytes, (_, _) => Task.FromResult(answer), time).ReadOnAsync(stream, hash, new FetchTally(), cancellationToken);
            }

            return Digest.FromHash(hash.GetHashAndReset()) == statement.File
                ? await File.ReadAllBytesAsync(path, cancellationToken)
                : throw new ProblemException(Problems.EngineSeal, "its bytes are not those that were sealed.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LoggerMessage(1430, LogLevel.Information, "An engine of {Model} came from {Device}, {Bytes} bytes; the golden clip decides.")]
    private static partial void Took(ILogger log, Digest model, DeviceId device, long bytes);

    [LoggerMessage(1431, LogLevel.Information, "The engine of {Model} is built here; what others built was of no use: {Reason}")]
    private static partial void Useless(ILogger log, Digest model, string reason);

    [LoggerMessage(1432, LogLevel.Warning, "The engine of {Model} that {Device} built is thrown away: {Reason}")]
    private static partial void Refused(ILogger log, Digest model, string device, string reason);

    [LoggerMessage(1433, LogLevel.Information, "The engine of {Model} is offered to devices of this kind, {Bytes} bytes.")]
    private static partial void Offered(ILogger log, Digest model, long bytes);

    [LoggerMessage(1434, LogLevel.Information, "The engine of {Model} is not offered: {Reason}")]
    private static partial void NotOffered(ILogger log, Digest model, string reason);
}

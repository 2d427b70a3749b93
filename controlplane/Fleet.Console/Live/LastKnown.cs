using Microsoft.Extensions.Caching.Memory;

namespace Fleet.Console.Live;

/// <summary>What a session saw last, for a minute: a page shows it at once and reads it again meanwhile, also when it becomes interactive.</summary>
internal sealed class LastKnown : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _values = new(new MemoryCacheOptions { SizeLimit = 1000 });

    public T? Get<T>(string token, string key) where T : class => _values.Get<T>((token, key));

    public void Set<T>(string token, string key, T value) where T : class =>
        _values.Set((token, key), value, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });

    public void Dispose() => _values.Dispose();
}

using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fleet.Client;

/// <summary>One call as data, so that it can be made again for each attempt.</summary>
internal sealed record Call(HttpMethod Method, string Path)
{
    public Func<HttpContent>? Body { get; init; }

    public Action<HttpRequestHeaders>? Headers { get; init; }

    /// <summary>Doing it twice is as good as once.</summary>
    public bool Idempotent { get; init; }

    /// <summary>It may take long until the answer begins, so no time limit is set on the attempt.</summary>
    public bool LongBody { get; init; }

    public static Call Get(string path) => new(HttpMethod.Get, path) { Idempotent = true };

    public static Call Delete(string path) => new(HttpMethod.Delete, path) { Idempotent = true };

    public static Call Post(string path) => new(HttpMethod.Post, path);

    public static Call Post<T>(string path, T body, JsonTypeInfo<T> type) => new(HttpMethod.Post, path) { Body = Json(body, type) };

    public static Call Put<T>(string path, T body, JsonTypeInfo<T> type) => new(HttpMethod.Put, path) { Body = Json(body, type), Idempotent = true };

    /// <summary>A POST with a key that lets the server recognise a repetition.</summary>
    public static Call Create(string path)
    {
        var key = Guid.NewGuid().ToString("N");
        return new(HttpMethod.Post, path) { Idempotent = true, Headers = h => h.Add("Idempotency-Key", key) };
    }

    public static Call Create<T>(string path, T body, JsonTypeInfo<T> type) => Create(path) with { Body = Json(body, type) };

    /// <summary>Appends <paramref name="query"/> without the parts that are null.</summary>
    public static string With(string path, params (string Name, object? Value)[] query)
    {
        var parts = query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(FormattableString.Invariant($"{q.Value}"))}");
        var text = string.Join('&', parts);
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    private static Func<HttpContent> Json<T>(T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}

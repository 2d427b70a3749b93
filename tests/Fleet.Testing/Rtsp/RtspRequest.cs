using System.Text;

namespace Fleet.Testing.Rtsp;

/// <param name="Method">DESCRIBE and others.</param>
/// <param name="Url">Of the stream.</param>
/// <param name="Headers">By name, any case.</param>
internal sealed record RtspRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers)
{
    private const int MaxLine = 4096;

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>The next request of a connection; packets that the client sends between are passed over. Null at its end.</summary>
    public static async Task<RtspRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var first = "";
        while (first.Length == 0)
        {
            if (await LineAsync(stream, cancellationToken) is not { } line)
            {
                return null;
            }

            first = line;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(stream, cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return first.Split(' ') is [var method, var url, ..] ? new RtspRequest(method, url, headers) : null;
    }

    private static async Task<string?> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < MaxLine)
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                return null;
            }

            if (one[0] == '$' && line.Count == 0)
            {
                await SkipPacketAsync(stream, cancellationToken);
            }
            else if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }
            else
            {
                line.Add(one[0]);
            }
        }

        return null;
    }

    private static async Task SkipPacketAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[3];
        await stream.ReadExactlyAsync(head, cancellationToken);
        await stream.ReadExactlyAsync(new byte[(head[1] << 8) | head[2]], cancellationToken);
    }
}

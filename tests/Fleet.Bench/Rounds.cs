namespace Fleet.Bench;

/// <summary>Slices of ours and of the peer, taken in turn, so that whatever else the machine does hits both.</summary>
/// <param name="Ours">A slice of each round.</param>
/// <param name="Peer">The peer's slice of the same round; empty without a peer.</param>
internal sealed record Rounds<T>(IReadOnlyList<T> Ours, IReadOnlyList<T> Peer)
{
    public double? Ratio(Func<T, double> value) => Peer.Count == 0 ? null : Numbers.Median(Ours.Zip(Peer, (ours, peer) => value(ours) / value(peer)));

    public BenchRow Row(string metric, string unit, Func<T, double> value) =>
        new(metric, Numbers.Median(Ours.Select(value)), Peer.Count == 0 ? null : Numbers.Median(Peer.Select(value)), unit, Ratio(value));
}

internal static class Rounds
{
    public static async Task<Rounds<T>> TakeAsync<T>(int count, Func<Task<T>> ours, Func<Task<T>>? peer, CancellationToken cancellationToken)
    {
        var (a, b) = (new List<T>(), new List<T>());
        for (var round = 0; round < count; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // who goes first changes, so that neither always runs in the other's wake
            if (round % 2 == 0)
            {
                a.Add(await ours());
            }

            if (peer is not null)
            {
                b.Add(await peer());
            }

            if (round % 2 == 1)
            {
                a.Add(await ours());
            }
        }

        return new(a, b);
    }
}

internal static class Numbers
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

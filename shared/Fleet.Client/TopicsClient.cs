using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>The tree of MQTT topics.</summary>
public sealed class TopicsClient
{
    private const string Root = Wire.Api + "/topics";
    private readonly Wire _wire;

    internal TopicsClient(Wire wire) => _wire = wire;

    /// <summary>One page of the level below <paramref name="under"/>, by name.</summary>
    /// <param name="under">A path of the tree; null for its root.</param>
    /// <param name="find">Only topics that contain this; null for all.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<TopicNode>> PageAsync(string? under, string? find, string? cursor, int? limit, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Get(Call.With(Root, ("under", under), ("find", find), ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageTopicNode, cancellationToken);

    /// <summary>The last message of a topic.</summary>
    public Task<TopicMessage> LastAsync(string topic, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With($"{Root}/last", ("topic", topic))), FleetJson.Tolerant.TopicMessage, cancellationToken);

    /// <summary>How a program reads them, and who does.</summary>
    public Task<TopicAccess> AccessAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/access"), FleetJson.Tolerant.TopicAccess, cancellationToken);
}

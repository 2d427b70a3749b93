namespace Fleet.Contracts;

/// <summary>A level of the tree of MQTT topics, as far as messages came since the control plane started.</summary>
/// <param name="Path">From the root, such as <c>fleet/v1/devices/edge-1</c>.</param>
/// <param name="Name">Its last part.</param>
/// <param name="HasMessage">It is a topic itself: its last message can be read.</param>
/// <param name="Topics">How many topics are at it and below.</param>
/// <param name="Messages">Messages that came there.</param>
/// <param name="LastMinute">Of them, those of the last minute.</param>
/// <param name="LastAt">When the newest came.</param>
public sealed record TopicNode(string Path, string Name, bool HasMessage, int Topics, long Messages, int LastMinute, DateTimeOffset LastAt);

/// <summary>The last message of one topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="At">When it came, by the control plane's clock.</param>
/// <param name="SizeBytes">How large it was.</param>
/// <param name="Messages">How many came on this topic.</param>
/// <param name="LastMinute">Of them, those of the last minute.</param>
/// <param name="Retained">Whoever subscribes gets it at once.</param>
/// <param name="Payload">Its text; null where it was too large to be kept.</param>
/// <param name="Channel">The channel of the AsyncAPI document it belongs to.</param>
/// <param name="Message">Name of its message and schema in that document.</param>
/// <param name="Description">What that document says of it.</param>
public sealed record TopicMessage(
    string Topic,
    DateTimeOffset At,
    int SizeBytes,
    long Messages,
    int LastMinute,
    bool Retained,
    string? Payload,
    string? Channel,
    string? Message,
    string? Description);

/// <summary>How a program reads topics.</summary>
/// <param name="Host">Where.</param>
/// <param name="Port">Port of the listener for readers; null while it is closed.</param>
/// <param name="CaPem">The CA that the listener's certificate is of.</param>
/// <param name="Readers">Who reads now.</param>
/// <param name="HomeAssistant">Whether Home Assistant is told of devices and cameras.</param>
public sealed record TopicAccess(string Host, int? Port, string CaPem, IReadOnlyList<TopicReader> Readers, bool HomeAssistant = false);

/// <summary>A program that is connected to read topics.</summary>
/// <param name="Client">Its client id.</param>
/// <param name="Key">Name of the key it came with.</param>
/// <param name="Filters">What it subscribed to.</param>
/// <param name="Since">When it came.</param>
public sealed record TopicReader(string Client, string Key, IReadOnlyList<string> Filters, DateTimeOffset Since);

using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>What is known of where a version comes from and where it went.</summary>
/// <param name="Version">The version.</param>
/// <param name="Run">The run that made it; null where none is known.</param>
/// <param name="Scene">The scene of its lineage, where it was pushed.</param>
/// <param name="Snapshots">Snapshots that are known by digest.</param>
/// <param name="Children">Versions that were fine-tuned from it.</param>
/// <param name="Devices">Devices of which a camera should run it, some of them, and how many there are.</param>
public sealed record LineageFacts(
    VersionResponse Version,
    TrainingRunResponse? Run,
    SceneResponse? Scene,
    IReadOnlyDictionary<Digest, SnapshotResponse> Snapshots,
    IReadOnlyList<VersionId> Children,
    DevicesFound Devices);

/// <summary>From scene and samples to the version to the devices that run it.</summary>
/// <param name="Nodes">In the order in which they are read: what comes first made what follows.</param>
/// <param name="Edges">From what was used to what was made of it.</param>
public sealed record LineageGraph(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges)
{
    private const int MostDevices = 6;
    private const int MostChildren = 4;

    public static LineageGraph Of(LineageFacts facts)
    {
        var (nodes, edges) = (new List<LineageNode>(), new List<LineageEdge>());
        var card = facts.Version.Card;
        var version = $"{card.Version}";
        var made = card.Lineage.Run is null ? version : "run";
        Sources(facts, made, nodes, edges);
        if (card.Lineage.Run is { } run)
        {
            var seed = card.Lineage.Seed is { } s ? $"seed {s}" : null;
            nodes.Add(new("run", LineageKind.Run, run.ToString()[..12], Joined(facts.Run?.Trainer, seed), $"/training#{run}"));
            edges.Add(new("run", version));
        }

        nodes.Add(new(version, LineageKind.Version, version, Words.Of(facts.Version.State).Text, $"/versions/{version}", Words.Of(facts.Version.State).Tone));
        Results(facts, version, nodes, edges);
        return new LineageGraph(nodes, edges);
    }

    /// <summary>The same in sentences, for whoever does not see it.</summary>
    public string InWords()
    {
        var names = Nodes.ToDictionary(n => n.Id, n => $"{n.KindText} {n.Text}");
        return string.Join(' ', Edges.GroupBy(e => e.To).Select(to => $"{names[to.Key]} comes from {string.Join(", ", to.Select(e => names[e.From]))}."));
    }

    private static void Sources(LineageFacts facts, string made, List<LineageNode> nodes, List<LineageEdge> edges)
    {
        var lineage = facts.Version.Card.Lineage;
        var (learnt, heldOut) = (lineage.Snapshot, facts.Run?.Request.HeldOut);
        if (learnt is not null || heldOut is not null)
        {
            nodes.Add(new("samples", LineageKind.Samples, "labelled frames", "from cameras", "/samples?state=labelled"));
        }

        void Add(LineageNode node, string? from = null, bool judges = false)
        {
            nodes.Add(node);
            edges.Add(new(node.Id, made, judges));
            if (from is not null)
            {
                edges.Add(new(from, node.Id));
            }
        }

        if (lineage.Scene is { } scene)
        {
            Add(facts.Scene is { } known
                ? new("scene", LineageKind.Scene, known.Name.ToString(), $"version {known.Number}", $"/scenes/{known.Name}?version={known.Number}")
                : new("scene", LineageKind.Scene, Figures.Short(scene), "not pushed here", "/scenes"));
        }

        if (learnt is { } used)
        {
            Add(Snapshot("learnt", used, facts), "samples");
        }

        if (heldOut is { } judged && judged != learnt)
        {
            Add(Snapshot("held-out", judged, facts) with { Kind = LineageKind.HeldOut }, "samples", judges: true);
        }

        if (lineage.Recipe is { } recipe)
        {
            Add(new("recipe", LineageKind.Recipe, Figures.Short(recipe), null, lineage.Run is { } run ? $"/training#{run}" : "/training"));
        }

        if (lineage.Parent is { } parent)
        {
            Add(new($"{parent}", LineageKind.Parent, $"{parent}", "fine-tuned from", $"/versions/{parent}"));
        }
    }

    private static LineageNode Snapshot(string id, Digest digest, LineageFacts facts) => facts.Snapshots.GetValueOrDefault(digest) is { } known
        ? new(id, LineageKind.Snapshot, known.Name, $"{Figures.Plural(known.Frames, "frame")}, {Figures.Plural(known.Boxes, "box", "boxes")}", $"/snapshots/{digest}")
        : new(id, LineageKind.Snapshot, Figures.Short(digest), null, $"/snapshots/{digest}");

    private static void Results(LineageFacts facts, string version, List<LineageNode> nodes, List<LineageEdge> edges)
    {
        foreach (var child in facts.Children.Take(MostChildren))
        {
            nodes.Add(new($"{child}", LineageKind.Child, $"{child}", "fine-tuned from it", $"/versions/{child}"));
            edges.Add(new(version, $"{child}"));
        }

        foreach (var device in facts.Devices.Items.Take(MostDevices))
        {
            var runs = device.Cameras.Count(c => c.Running == facts.Version.Card.Version);
            var meant = device.Cameras.Count(c => c.Wanted == facts.Version.Card.Version);
            nodes.Add(new($"device {device.Id}", LineageKind.Device, $"{device.Id}", $"{runs} of {Figures.Plural(meant, "camera")} on it", $"/devices/{device.Id}", runs < meant ? Tone.Warn : Tone.Good));
            edges.Add(new(version, $"device {device.Id}"));
        }

        var more = facts.Devices.Total - Math.Min(facts.Devices.Items.Count, MostDevices);
        if (more > 0 || facts.Devices.Total == 0)
        {
            nodes.Add(more > 0
                ? new("devices", LineageKind.Device, $"{Figures.Count(more)} more", "devices", $"/devices?version={Uri.EscapeDataString(version)}")
                : new("devices", LineageKind.Device, "On no device", "roll it out", "/rollouts"));
            edges.Add(new(version, "devices"));
        }
    }

    private static string? Joined(params string?[] parts) => parts.OfType<string>().ToList() is { Count: > 0 } known ? string.Join(", ", known) : null;
}

/// <summary>One thing in a lineage.</summary>
/// <param name="Id">Within its graph.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its name.</param>
/// <param name="Detail">A few words more; null for none.</param>
/// <param name="Href">Where it is shown.</param>
/// <param name="Tone">Whether it is as it should be.</param>
public sealed record LineageNode(string Id, LineageKind Kind, string Text, string? Detail, string Href, Tone Tone = Tone.Idle)
{
    /// <summary>What it is, for people.</summary>
    public string KindText => Kind switch
    {
        LineageKind.Run => "Training run",
        LineageKind.HeldOut => "Held-out snapshot",
        LineageKind.Parent or LineageKind.Child => "Version",
        _ => Kind.ToString(),
    };

    /// <summary>How far it stands from the beginning.</summary>
    public int Rank => Kind switch
    {
        LineageKind.Samples => 0,
        LineageKind.Scene or LineageKind.Snapshot or LineageKind.HeldOut or LineageKind.Recipe or LineageKind.Parent => 1,
        LineageKind.Run => 2,
        LineageKind.Version => 3,
        _ => 4,
    };
}

/// <summary>One thing was made of another.</summary>
/// <param name="From">What was used.</param>
/// <param name="To">What came of it.</param>
/// <param name="Judges">It was only measured with.</param>
public sealed record LineageEdge(string From, string To, bool Judges = false);

/// <summary>What a thing in a lineage is.</summary>
public enum LineageKind
{
    /// <summary>Labelled frames.</summary>
    Samples,

    /// <summary>A scene of the twin.</summary>
    Scene,

    /// <summary>Frames that were learnt from.</summary>
    Snapshot,

    /// <summary>Frames that were only measured with.</summary>
    HeldOut,

    /// <summary>How it was trained.</summary>
    Recipe,

    /// <summary>The version before.</summary>
    Parent,

    /// <summary>The training.</summary>
    Run,

    /// <summary>The version itself.</summary>
    Version,

    /// <summary>A version made from it.</summary>
    Child,

    /// <summary>Where it runs.</summary>
    Device,
}

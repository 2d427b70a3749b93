using System.Globalization;

namespace Fleet.Console.Versions;

/// <summary>Where each node and edge of a lineage is drawn, px of the picture.</summary>
/// <param name="WidthPx">Of the picture.</param>
/// <param name="HeightPx">Of the picture.</param>
/// <param name="Nodes">Each with its upper left corner.</param>
/// <param name="Edges">Each with its path.</param>
public sealed record LineageLayout(double WidthPx, double HeightPx, double NodeWidthPx, IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges)
{
    /// <summary>Height of a node, px.</summary>
    public const double NodeHeightPx = 56;

    private const double Gap = 14;
    private const double Between = 46;
    private const double AcrossWidth = 172;
    private const double DownWidth = 152;
    private const int DownColumns = 2;

    /// <summary>From left to right, a column a rank; ranks without a node take no room.</summary>
    public static LineageLayout Across(LineageGraph graph)
    {
        var ranks = Ranks(graph);
        var height = ranks.Max(r => Length(r.Count, NodeHeightPx));
        var placed = ranks.SelectMany((rank, column) => rank.Select((node, row) => new PlacedNode(
            node, column * (AcrossWidth + Between), ((height - Length(rank.Count, NodeHeightPx)) / 2) + (row * (NodeHeightPx + Gap))))).ToList();
        return new LineageLayout((ranks.Count * (AcrossWidth + Between)) - Between, height, AcrossWidth, placed, Drawn(graph, placed, (from, to) =>
            Curve(from.X + AcrossWidth, from.Y + (NodeHeightPx / 2), to.X, to.Y + (NodeHeightPx / 2), isDown: false)));
    }

    /// <summary>From top to bottom, two nodes side by side at most: for a narrow window.</summary>
    public static LineageLayout Down(LineageGraph graph)
    {
        var (placed, y) = (new List<PlacedNode>(), 0.0);
        var width = Length(DownColumns, DownWidth);
        foreach (var row in Ranks(graph).Select(r => r.Chunk(DownColumns).ToList()))
        {
            foreach (var line in row)
            {
                var left = (width - Length(line.Length, DownWidth)) / 2;
                placed.AddRange(line.Select((node, column) => new PlacedNode(node, left + (column * (DownWidth + Gap)), y)));
                y += NodeHeightPx + Gap;
            }

            y += Between - Gap;
        }

        return new LineageLayout(width, y - Between, DownWidth, placed, Drawn(graph, placed, (from, to) =>
            Curve(from.X + (DownWidth / 2), from.Y + NodeHeightPx, to.X + (DownWidth / 2), to.Y, isDown: true)));
    }

    private static List<List<LineageNode>> Ranks(LineageGraph graph) => [.. graph.Nodes.GroupBy(n => n.Rank).OrderBy(r => r.Key).Select(r => r.ToList())];

    private static double Length(int count, double each) => (count * (each + Gap)) - Gap;

    private static List<PlacedEdge> Drawn(LineageGraph graph, List<PlacedNode> placed, Func<PlacedNode, PlacedNode, string> path)
    {
        var at = placed.ToDictionary(p => p.Node.Id);
        return [.. graph.Edges.Select(e => new PlacedEdge(e, path(at[e.From], at[e.To])))];
    }

    private static string Curve(double x1, double y1, double x2, double y2, bool isDown)
    {
        var (bendX, bendY) = isDown ? (0.0, (y2 - y1) / 2) : ((x2 - x1) / 2, 0.0);
        return string.Create(CultureInfo.InvariantCulture, $"M{x1:0.#} {y1:0.#}C{x1 + bendX:0.#} {y1 + bendY:0.#} {x2 - bendX:0.#} {y2 - bendY:0.#} {x2:0.#} {y2:0.#}");
    }
}

/// <summary>A node with its upper left corner, px.</summary>
public sealed record PlacedNode(LineageNode Node, double X, double Y);

/// <summary>An edge with its SVG path.</summary>
public sealed record PlacedEdge(LineageEdge Edge, string Path);

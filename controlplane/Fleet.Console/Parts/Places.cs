using System.Globalization;
using Fleet.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Parts;

/// <summary>Zones and lines over a picture, with what they count. A component in C#, because <c>text</c> is a word of Razor's.</summary>
public sealed class Places : ComponentBase
{
    /// <summary>The camera whose zones and lines these are.</summary>
    [Parameter, EditorRequired] public CameraResponse Camera { get; set; } = null!;

    /// <summary>Width of the picture, px.</summary>
    [Parameter, EditorRequired] public int WidthPx { get; set; }

    /// <summary>Height of the picture, px.</summary>
    [Parameter, EditorRequired] public int HeightPx { get; set; }

    /// <summary>What a zone counts now, in words: <c>2 person</c>, <c>empty</c>.</summary>
    public static string Now(CameraResponse camera, Zone zone)
    {
        var counted = camera.ZoneCounters?.FirstOrDefault(z => z.Zone == zone.Name);
        return (zone.Kind, counted) switch
        {
            (_, null) => "not counted yet",
            (ZoneKind.Facing, { IsEmpty: true }) => "empty",
            (ZoneKind.Facing, { IsEmpty: false }) => "filled",
            (ZoneKind.Facing, _) => "not known yet",
            (_, { Present.Count: 0 }) => "none",
            _ => string.Join(", ", counted.Present.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Value} {p.Key}")),
        };
    }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", "boxes places");
        builder.AddAttribute(2, "viewBox", $"0 0 {WidthPx} {HeightPx}");
        builder.AddAttribute(3, "preserveAspectRatio", "xMidYMid slice");
        builder.AddAttribute(4, "aria-hidden", "true");
        foreach (var zone in Camera.Zones ?? [])
        {
            DrawZone(builder, zone);
        }

        foreach (var line in Camera.Lines ?? [])
        {
            DrawLine(builder, line);
        }

        builder.CloseElement();
    }

    private void DrawZone(RenderTreeBuilder builder, Zone zone)
    {
        var now = Now(Camera, zone);
        builder.OpenElement(10, "g");
        builder.AddAttribute(11, "class", now == "empty" ? "zone empty" : "zone");
        builder.OpenElement(12, "polygon");
        builder.AddAttribute(13, "points", string.Join(' ', zone.Points.Select(p => $"{Text(p.X * WidthPx)},{Text(p.Y * HeightPx)}")));
        builder.CloseElement();
        var top = zone.Points.MinBy(p => p.Y + (p.X / 2));
        Write(builder, $"{zone.Name}: {now}", (top.X * WidthPx) + (WidthPx * 0.01), (top.Y * HeightPx) + (WidthPx / 30.0));
        builder.CloseElement();
    }

    private void DrawLine(RenderTreeBuilder builder, Line line)
    {
        var (x1, y1, x2, y2) = (line.From.X * WidthPx, line.From.Y * HeightPx, line.To.X * WidthPx, line.To.Y * HeightPx);
        var (middleX, middleY, length) = ((x1 + x2) / 2, (y1 + y2) / 2, Math.Max(1, Math.Sqrt(((x2 - x1) * (x2 - x1)) + ((y2 - y1) * (y2 - y1)))));

        // forward is to the right, seen along the line; y points down
        var (rightX, rightY) = (-(y2 - y1) / length, (x2 - x1) / length);
        var (alongX, alongY, arrow) = ((x2 - x1) / length, (y2 - y1) / length, WidthPx / 28.0);
        builder.OpenElement(30, "g");
        builder.AddAttribute(31, "class", "crossing");
        builder.OpenElement(32, "path");
        builder.AddAttribute(33, "d", $"M{Text(x1)} {Text(y1)}L{Text(x2)} {Text(y2)}M{Text(middleX - (alongX * arrow / 2))} {Text(middleY - (alongY * arrow / 2))}L{Text(middleX + (rightX * arrow))} {Text(middleY + (rightY * arrow))}L{Text(middleX + (alongX * arrow / 2))} {Text(middleY + (alongY * arrow / 2))}");
        builder.CloseElement();
        var counted = Camera.LineCounters?.FirstOrDefault(l => l.Line == line.Name);
        Write(builder, $"{line.Name}: {counted?.Forward ?? 0} forward, {counted?.Backward ?? 0} back", Math.Min(x1, x2) + (WidthPx * 0.01), (x1 < x2 ? y1 : y2) - (WidthPx / 90.0));
        builder.CloseElement();
    }

    private void Write(RenderTreeBuilder builder, string text, double x, double y)
    {
        builder.OpenElement(20, "text");
        builder.AddAttribute(21, "x", Text(x));
        builder.AddAttribute(22, "y", Text(y));
        builder.AddAttribute(23, "font-size", Text(WidthPx / 36.0));
        builder.AddContent(24, text);
        builder.CloseElement();
    }

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

using System.Globalization;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>The 2:4 report in words and widths.</summary>
internal static class SparsityText
{
    public static string Of(IReadOnlyList<LayerSparsity> layers)
    {
        var eligible = layers.Count(l => l.Eligible);
        if (eligible == 0)
        {
            return layers.Count == 0 ? "not reported" : "no layer is eligible";
        }

        var valid = layers.Where(l => l is { Eligible: true, Valid: true }).ToList();
        return $"{valid.Count} of {eligible} layers, {Figures.Percent(valid.Sum(l => l.MacShare))} of the work";
    }

    public static Word WordOf(LayerSparsity layer) => layer switch
    {
        { Eligible: false } => new("not eligible", Tone.Idle),
        { Valid: true } => new("holds", Tone.Good),
        _ => new("dense", Tone.Warn),
    };

    /// <summary>Style class of a bar.</summary>
    public static string ClassOf(LayerSparsity layer) => layer switch
    {
        { Eligible: false } => "layer-never",
        { Valid: true } => "layer-holds",
        _ => "layer-dense",
    };

    /// <summary>A share as percent of a width.</summary>
    public static string Width(double share) => (100 * Math.Clamp(share, 0, 1)).ToString("0.##", CultureInfo.InvariantCulture);
}

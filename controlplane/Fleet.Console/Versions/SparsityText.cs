using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>The 2:4 report in a line.</summary>
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
}

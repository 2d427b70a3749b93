using Fleet.Onnx;

namespace Fleet.Training.Reports;

/// <summary>The network's layers with their 2:4 pattern.</summary>
internal static class SparsitySection
{
    private const int BarPx = 60;

    public static string Of(ModelInspection? network)
    {
        if (network is null || network.Layers.Count == 0)
        {
            return "";
        }

        var (valid, paying) = (network.Layers.Where(l => l.Valid).ToList(), network.Layers.Where(l => l.LikelyToPay).ToList());
        var most = network.Layers.Max(l => l.MacShare);
        var intro = $"2:4 (two of each four weights along the input channels are zero) holds in {valid.Count} of {network.Layers.Count} layers, {Percent(valid.Sum(l => l.MacShare))} of {Html.Number(network.MultiplyAdds / 1e6, "0.0")} million multiply-adds a frame. "
            + (paying.Count == 0
                ? "No layer has 256 channels on both sides: a sparse kernel is hardly faster here; the zeros make the file smaller."
                : $"{paying.Count} layers with {Percent(paying.Sum(l => l.MacShare))} of the work have 256 channels and more on both sides, where sparse kernels begin to pay.");
        return Html.Section(
            "Sparsity by layer",
            intro,
            Html.Table(
                ["layer", "out x in x taps", "<th class=\"text\">work</th>", "zeros", "2:4", "recipe prunes", "likely to pay", "<th class=\"text\">left dense because</th>"],
                network.Layers.Select(l => (string[])
                [
                    Html.Text(l.Node), string.Join(" x ", l.Shape), $"<td class=\"text\"><span class=\"work\" style=\"width:{Html.Number(BarPx * l.MacShare / Math.Max(most, 1e-9), "0")}px\"></span>{Percent(l.MacShare)}</td>",
                    Percent(l.ZeroShare), YesNo(l.Valid), YesNo(l.Eligible), YesNo(l.LikelyToPay), $"<td class=\"text quiet\">{Html.Text(l.WhyDense)}</td>",
                ])));
    }

    private static string Percent(double share) => Html.Number(share * 100, share < 0.0995 ? "0.0" : "0") + " %";

    private static string YesNo(bool value) => value ? "<span class=\"yes\">✓ yes</span>" : "<span class=\"no\">–</span>";
}

using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>FastestDet: [1,5+C,h,w], for each cell: objectness, offset of the centre (before tanh, in cells), size (before the sigmoid, as a fraction of the input), classes after the softmax. Its score is objectness^0.6 * class^0.4.</summary>
/// <remarks>Source: github.com/dog-qiuqiu/FastestDet, example/onnx-runtime/runtime.py.</remarks>
internal sealed class FastestDetHead(InputSpec input, int classes) : IHead
{
    private const float ObjectPower = 0.6f;
    private const float ClassPower = 0.4f;

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (values, height, width) = (outputs[0].Values, outputs[0].Shape[2], outputs[0].Shape[3]);
        var cells = height * width;
        for (var cell = 0; cell < cells; cell++)
        {
            var best = 0;
            for (var label = 1; label < classes; label++)
            {
                best = values[((5 + label) * cells) + cell] > values[((5 + best) * cells) + cell] ? label : best;
            }

            var score = MathF.Pow(values[cell], ObjectPower) * MathF.Pow(values[((5 + best) * cells) + cell], ClassPower);
            if (score >= floor)
            {
                var x = ((cell % width) + MathF.Tanh(values[cells + cell])) / width * input.WidthPx;
                var y = ((cell / width) + MathF.Tanh(values[(2 * cells) + cell])) / height * input.HeightPx;
                var wide = ScoreMap.Sigmoid(values[(3 * cells) + cell]) * input.WidthPx;
                var high = ScoreMap.Sigmoid(values[(4 * cells) + cell]) * input.HeightPx;
                Candidates.Add(into, best, score, Candidates.Centred(x, y, wide, high));
            }
        }
    }
}

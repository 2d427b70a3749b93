using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Turns raw scores into 0 to 1, as the card says.</summary>
internal sealed class ScoreMap
{
    private readonly string _form;

    private ScoreMap(string form) => _form = form;

    /// <summary>What <paramref name="form"/> says; null leaves scores as they are, and a softmax over one value is a sigmoid.</summary>
    public static ScoreMap Of(string? form) => new(form ?? ScoreForms.Probabilities);

    /// <summary>Changes the scores of one place in place.</summary>
    public void Apply(Span<float> scores)
    {
        if (_form == ScoreForms.Sigmoid || (_form == ScoreForms.Softmax && scores.Length == 1))
        {
            foreach (ref var score in scores)
            {
                score = Sigmoid(score);
            }
        }
        else if (_form == ScoreForms.Softmax)
        {
            Softmax(scores);
        }
    }

    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    public static void Softmax(Span<float> values)
    {
        var (most, sum) = (values[Candidates.Best(values)], 0f);
        foreach (ref var value in values)
        {
            value = MathF.Exp(value - most);
            sum += value;
        }

        foreach (ref var value in values)
        {
            value /= sum;
        }
    }
}

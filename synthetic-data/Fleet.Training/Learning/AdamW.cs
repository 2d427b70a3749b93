using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>AdamW with the norm of the whole gradient clipped; its whole state can be stored and restored to the bit.</summary>
internal sealed class AdamW : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double WeightDecay = 1e-4;
    private const double LargestNorm = 20;

    private readonly SortedDictionary<string, Tensor> _state = new(StringComparer.Ordinal);
    private readonly Network _network;
    private int _step;

    public AdamW(Network network)
    {
        _network = network;
        foreach (var (name, weight) in network.Weights)
        {
            _state[First(name)] = zeros_like(weight).detach().DetachFromDisposeScope();
            _state[Second(name)] = zeros_like(weight).detach().DetachFromDisposeScope();
        }
    }

    /// <summary>Moments by name, for a checkpoint.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>How many steps were taken.</summary>
    public int Step { get => _step; set => _step = value; }

    public void ClearGradients()
    {
        // a gradient is a new object each time: the scope holds it while native code works on it
        using var scope = NewDisposeScope();
        foreach (var weight in _network.Weights.Values)
        {
            weight.grad?.zero_();
        }
    }

    /// <summary>One step along the gradients.</summary>
    public void Take(double rate)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        _step++;
        // a scalar that only native code still uses may be collected while it does: these live until the step is taken
        using Scalar shrink = Shrink(), once = 1;
        using Scalar keepFirst = FirstDecay, takeFirst = 1 - FirstDecay, keepSecond = SecondDecay, takeSecond = 1 - SecondDecay;
        using Scalar secondBias = Math.Sqrt(1 - Math.Pow(SecondDecay, _step)), least = 1e-8;
        using Scalar decay = 1 - rate * WeightDecay, along = -rate / (1 - Math.Pow(FirstDecay, _step));
        foreach (var (name, weight) in _network.Weights)
        {
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            gradient.mul_(shrink);
            var (first, second) = (_state[First(name)], _state[Second(name)]);
            first.mul_(keepFirst).add_(gradient, alpha: takeFirst);
            second.mul_(keepSecond).addcmul_(gradient, gradient, takeSecond);
            weight.mul_(decay);
            weight.addcdiv_(first, second.sqrt().div_(secondBias).add_(least, once), along);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    private double Shrink()
    {
        var squares = 0.0;
        foreach (var weight in _network.Weights.Values)
        {
            squares += weight.grad is { } gradient ? (gradient * gradient).sum().ToDouble() : 0;
        }

        return Math.Min(1, LargestNorm / (Math.Sqrt(squares) + 1e-6));
    }

    private static string First(string name) => "first/" + name;

    private static string Second(string name) => "second/" + name;
}

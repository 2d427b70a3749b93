using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>A slowly moving mean of the weights and statistics: less noisy than the last step, which is what is exported.</summary>
internal sealed class RunningMean : IDisposable
{
    private readonly SortedDictionary<string, Tensor> _means = new(StringComparer.Ordinal);
    private readonly Network _network;
    private readonly double _decay;

    /// <param name="network">Whose weights.</param>
    /// <param name="decay">Share of the old mean that each step keeps, 0 to 1; 0 follows at once.</param>
    public RunningMean(Network network, double decay)
    {
        _network = network;
        _decay = decay;
        foreach (var (name, tensor) in Learnt)
        {
            _means[name] = tensor.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>The means by name, for a checkpoint.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _means;

    private IEnumerable<KeyValuePair<string, Tensor>> Learnt => _network.Weights.Concat(_network.Statistics);

    /// <summary>Takes in the weights after step <paramref name="step"/> (from 1); early steps are forgotten faster.</summary>
    public void Follow(int step)
    {
        using var still = no_grad();
        // without a scope the tensor that mul_ returns may be collected while add_ works on it
        using var scope = NewDisposeScope();
        var kept = Math.Min(_decay, step / (step + 10.0));
        using Scalar keep = kept, take = 1 - kept;
        foreach (var (name, tensor) in Learnt)
        {
            _means[name].mul_(keep).add_(tensor, alpha: take);
        }
    }

    /// <summary>Puts the means in the place of the weights.</summary>
    public void Settle()
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in Learnt)
        {
            tensor.copy_(_means[name]);
        }
    }

    /// <summary>Does something with the means in the place of the weights, which come back afterwards.</summary>
    public void Within(Action use)
    {
        using var still = no_grad();
        var kept = Learnt.ToDictionary(l => l.Key, l => l.Value.clone());
        Settle();
        use();
        foreach (var (name, tensor) in Learnt)
        {
            tensor.copy_(kept[name]);
            kept[name].Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var mean in _means.Values)
        {
            mean.Dispose();
        }
    }
}

using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Distilling;

/// <summary>Teaches a network to answer as another one of the same graph does: no labels, and no knowledge of its head.</summary>
/// <remarks>Every layer's answer is matched beside the outputs, for a score behind a Sigmoid or a Softmax says little about how to change it.</remarks>
internal sealed class Distillation
{
    private const double Smallest = 1e-6;
    private readonly Network _teacher;
    private readonly Network _student;
    private readonly string[] _outputs;
    private readonly string[] _layers;

    public Distillation(Network teacher, Network student)
    {
        (_teacher, _student) = (teacher, student);
        _outputs = [.. student.Outputs];
        _layers = [.. student.Nodes.Where(n => n.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul").Select(n => n.Output[0])];
    }

    /// <summary>How far the student is from the teacher on a batch: the mean over outputs and over layers of the squared difference, relative to the teacher's variance.</summary>
    public Tensor Loss(Tensor images)
    {
        var wanted = Wanted(images);
        var given = _student.Run(images, learning: true);
        return Mean(_outputs, wanted, given).Plus(Mean(_layers, wanted, given));
    }

    /// <summary>Difference of each output on a batch, as a share of the teacher's spread: 0 is the same answer, 1 is no better than its mean.</summary>
    public IReadOnlyDictionary<string, double> Differences(Tensor images)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var (wanted, given) = (Wanted(images), _student.Run(images, learning: false));
        return _outputs.Where(o => given[o].is_floating_point()).ToDictionary(o => o, o => Math.Sqrt(Relative(wanted[o], given[o]).ToDouble()));
    }

    /// <summary>Pictures of a batch for which both put the same class first; null where the only output is no list of classes.</summary>
    public int? SameFirst(Tensor images)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var (wanted, given) = (Wanted(images)[_outputs[0]], _student.Run(images, learning: false)[_outputs[0]]);
        return _outputs.Length == 1 && wanted.dim() >= 2 && wanted.shape[1] > 1 && wanted.numel() == wanted.shape[0] * wanted.shape[1]
            ? (int)wanted.flatten(1).argmax(1).eq(given.flatten(1).argmax(1)).sum().ToInt64()
            : null;
    }

    private IReadOnlyDictionary<string, Tensor> Wanted(Tensor images)
    {
        using var still = no_grad();
        return _teacher.Run(images, learning: false);
    }

    private static Tensor Mean(string[] names, IReadOnlyDictionary<string, Tensor> wanted, IReadOnlyDictionary<string, Tensor> given)
    {
        var matched = names.Where(n => given[n].is_floating_point()).ToList();
        return matched.Select(n => Relative(wanted[n], given[n])).Aggregate(tensor(0f), (sum, one) => sum.Plus(one)).Over(Math.Max(1, matched.Count));
    }

    private static Tensor Relative(Tensor wanted, Tensor given) => (wanted - given).Squared().mean() / (wanted - wanted.mean()).Squared().mean().Plus(Smallest);
}

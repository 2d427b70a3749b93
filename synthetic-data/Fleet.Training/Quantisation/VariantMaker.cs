using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Distilling;
using Fleet.Training.Networks;

namespace Fleet.Training.Quantisation;

/// <summary>Names of the forms in which one network is written.</summary>
internal static class VariantKinds
{
    /// <summary>Weights as float32.</summary>
    public const string Fp32 = "fp32";

    /// <summary>Weights stored as float16, arithmetic in float32.</summary>
    public const string Fp16 = "fp16";

    /// <summary>8 bits for ONNX Runtime on a processor.</summary>
    public const string Int8 = "int8";

    /// <summary>8 bits for TensorRT.</summary>
    public const string Int8TensorRt = "int8-trt";

    public static readonly IReadOnlyList<string> All = [Fp32, Fp16, Int8, Int8TensorRt];
}

/// <summary>Writes one network in several forms; the frames for 8 bits are run once.</summary>
internal sealed class VariantMaker
{
    private readonly ModelProto _wide;
    private readonly Lazy<(QuantisationPlan Plan, IReadOnlyDictionary<string, ValueRange> Ranges)> _measured;

    /// <param name="model">Trained; weights in any storage.</param>
    /// <param name="frames">To find the range of each value on; such as the network will meet.</param>
    public VariantMaker(ModelProto model, PictureSet frames)
    {
        _wide = BatchNormFolding.Fold(HalfStorage.Undo(Widening.IsHalf(model) ? Widening.Of(model) : model));
        _measured = new(() =>
        {
            QuantisedGraph.ThrowIfTooOld(_wide);
            var plan = QuantisationPlan.Of(_wide);
            var batches = Enumerable.Range(0, frames.Count).Select(i => (Func<TorchSharp.torch.Tensor>)(() => frames.Batch([(i, false)])));
            return (plan, ValueRange.Measure(_wide, batches, plan.Values));
        });
    }

    /// <summary>Layers that stay float32 in 8-bit forms.</summary>
    public IReadOnlyList<string> Heads => _measured.Value.Plan.Heads;

    /// <summary>The network in one of <see cref="VariantKinds"/>, with all its metadata.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: 8 bits cannot be written for such a graph.</exception>
    public ModelProto Make(string kind) => kind switch
    {
        VariantKinds.Fp32 => _wide.Clone(),
        VariantKinds.Fp16 => HalfStorage.Of(_wide),
        VariantKinds.Int8 => Quantised(QuantisationTarget.Cpu),
        _ => Quantised(QuantisationTarget.TensorRt),
    };

    private ModelProto Quantised(QuantisationTarget target) => QuantisedGraph.Of(_wide, _measured.Value.Ranges, _measured.Value.Plan, target);
}

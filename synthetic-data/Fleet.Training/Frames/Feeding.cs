using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Frames;

/// <summary>How pictures are given to a network that somebody else made.</summary>
/// <param name="Input">What it is fed; null where it takes no pictures.</param>
/// <param name="Fit">Its head, where that is one that Fleet knows.</param>
/// <param name="Why">Why its head is not known; null where it is.</param>
internal sealed record Feeding(InputSpec? Input, HeadFit? Fit, string? Why)
{
    private const int FreeSidePx = 320;

    /// <summary>What the file's metadata says, else what those who train such heads feed them, else pictures from 0 to 1.</summary>
    public static Feeding Of(ModelProto model)
    {
        try
        {
            var fit = OnnxCheck.FitHead(OnnxCheck.Inspect(OnnxFile.Write(model)), new HeadRequest { AllowUnnamed = true });
            return new(fit.Input, fit, null);
        }
        catch (ProblemException e) when (e.Kind == Problems.ModelHead)
        {
            return new(Plain(model), null, e.Message);
        }
    }

    private static InputSpec? Plain(ModelProto model)
    {
        var constants = Constants.Of(model.Graph);
        var fed = model.Graph.Input.First(i => !constants.ContainsKey(i.Name));
        var type = fed.Type.TensorType;
        var sizes = (type.Shape?.Dim ?? []).Select(d => d.HasDimValue && d.DimValue > 0 ? (int)d.DimValue : (int?)null).ToList();
        if (sizes.Count != 4 || sizes[1] is not (null or 1 or 3))
        {
            return null;
        }

        var element = (DataType)type.ElemType switch { DataType.Uint8 => InputRules.UInt8, DataType.Float16 => InputRules.Float16, _ => InputRules.Float32 };
        return new InputSpec(
            fed.Name, sizes[3] ?? FreeSidePx, sizes[2] ?? FreeSidePx, element, sizes[1] == 1 ? "gray" : "rgb", element == InputRules.UInt8 ? 1 : 1f / 255, [], [], Fits.Stretch, Pad: 114);
    }
}

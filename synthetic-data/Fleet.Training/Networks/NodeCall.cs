using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx.Schema;
using TorchSharp;

namespace Fleet.Training.Networks;

/// <summary>One node about to run: its inputs (null where the graph leaves one out), attributes, and whether weights are being learnt.</summary>
/// <param name="node">As it stands in the graph.</param>
/// <param name="inputs">Values by position.</param>
/// <param name="opset">Operator set of the graph: it decides where an operator's parameters are.</param>
/// <param name="learning">Batch statistics instead of running ones.</param>
internal sealed class NodeCall(NodeProto node, torch.Tensor?[] inputs, long opset, bool learning)
{
    public bool Learning => learning;

    public long Opset => opset;

    /// <summary>How many inputs the node has.</summary>
    public int Count => inputs.Length;

    /// <summary>How many values the node makes.</summary>
    public int Outputs => node.Output.Count;

    public torch.Tensor Input(int index) =>
        Optional(index) ?? throw Refuse($"lacks input {index}");

    public torch.Tensor? Optional(int index) => index < inputs.Length ? inputs[index] : null;

    public bool Has(string name) => Find(name) is not null;

    public long[] Ints(string name, params long[] otherwise) => Find(name)?.Ints.ToArray() ?? otherwise;

    public float[]? Floats(string name) => Find(name)?.Floats.ToArray();

    public long Int(string name, long otherwise) => Find(name)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Find(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Find(name)?.S.ToStringUtf8() ?? otherwise;

    public TensorProto? Tensor(string name) => Find(name)?.T;

    /// <summary>Whole numbers of input <paramref name="index"/>; null where it is left out.</summary>
    public long[]? Longs(int index)
    {
        using var scope = torch.NewDisposeScope();
        return Optional(index)?.to(torch.ScalarType.Int64).contiguous().data<long>().ToArray();
    }

    /// <summary>Whole numbers that older operator sets give as attribute <paramref name="name"/> and newer ones as input <paramref name="index"/>.</summary>
    public long[]? Longs(string name, int index) => Find(name)?.Ints.ToArray() ?? Longs(index);

    /// <summary>An axis as 0 to <paramref name="dimensions"/> - 1, or <paramref name="dimensions"/> itself.</summary>
    public static int Axis(long axis, long dimensions) => (int)(axis < 0 ? axis + dimensions : axis);

    /// <summary>Refuses the node unless attribute <paramref name="name"/> has one of the <paramref name="allowed"/> texts.</summary>
    public void Only(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name, otherwise);
        if (!allowed.Contains(text))
        {
            throw Refuse($"has {name} '{text}', of which training knows {string.Join(", ", allowed!)}");
        }
    }

    /// <summary>Refuses the node unless integer attribute <paramref name="name"/> is <paramref name="wanted"/>.</summary>
    public void Only(string name, long wanted)
    {
        if (Int(name, wanted) is var given && given != wanted)
        {
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"has {name} {given}, of which training knows {wanted}"));
        }
    }

    /// <summary>A sentence that names the node and what is wrong with it.</summary>
    public ProblemException Refuse(string what) =>
        new(Problems.ModelOperator, $"Node '{NameOf(node)}' ({node.OpType}) {what}. Change the graph, or train it where it was made.");

    /// <summary>Its name, or its first output where it has none.</summary>
    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}

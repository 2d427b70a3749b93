using Fleet.Contracts;
using Fleet.Onnx.Schema;
using TorchSharp;

namespace Fleet.Training.Networks;

/// <summary>One node about to run: its inputs (null where the graph leaves one out), attributes, and whether weights are being learnt.</summary>
internal sealed class NodeCall(NodeProto node, torch.Tensor?[] inputs, bool learning)
{
    public bool Learning => learning;

    public torch.Tensor Input(int index) =>
        Optional(index) ?? throw Refuse($"lacks input {index}");

    public torch.Tensor? Optional(int index) => index < inputs.Length ? inputs[index] : null;

    public long[] Ints(string name, params long[] otherwise) => Find(name)?.Ints.ToArray() ?? otherwise;

    public long Int(string name, long otherwise) => Find(name)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Find(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Find(name)?.S.ToStringUtf8() ?? otherwise;

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
            throw Refuse($"has {name} {given}, of which training knows {wanted}");
        }
    }

    /// <summary>A sentence that names the node and what is wrong with it.</summary>
    public ProblemException Refuse(string what) =>
        new(Problems.ModelOperator, $"Node '{node.Name}' ({node.OpType}) {what}. Change the graph, or train it where it was made.");

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}

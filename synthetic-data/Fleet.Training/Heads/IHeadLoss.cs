using Fleet.Training.Frames;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>How wrong a network with one kind of head is about a batch.</summary>
internal interface IHeadLoss
{
    /// <summary>The loss, to go down from.</summary>
    /// <param name="values">Every value of the graph, by name, for the whole batch.</param>
    /// <param name="boxes">For each picture what is in it, in input px.</param>
    Tensor Of(IReadOnlyDictionary<string, Tensor> values, IReadOnlyList<IReadOnlyList<TargetBox>> boxes);
}

using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>Gives a network other classes: the layers that name them are made anew, all others stay.</summary>
/// <remarks>
/// Which layers these are is tried: a last layer with as many outputs as there are classes, which changes the classes and nothing else.
/// A class that both know keeps its weights; a new one starts as the mean of all old ones, which is what they have in common.
/// </remarks>
internal static class ClassLayers
{
    private const float Noise = 0.01f;
    private static readonly HashSet<string> Multipliers = ["Conv", "Gemm", "MatMul"];

    /// <summary>A copy of <paramref name="model"/> that finds <paramref name="classes"/>.</summary>
    /// <param name="model">The network.</param>
    /// <param name="fit">Its head, with its own classes.</param>
    /// <param name="classes">The new ones, in output order.</param>
    /// <param name="seed">Of what is drawn for new classes.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: this network's classes cannot be changed here; the text says why.</exception>
    public static ModelProto Remake(ModelProto model, HeadFit fit, IReadOnlyList<string> classes, long seed)
    {
        var made = HalfStorage.Undo(model);
        var layers = Find(made, fit);
        if (layers.Count == 0)
        {
            throw Refused(fit, classes, $"no last layer with {fit.Classes.Count} outputs names classes and nothing else");
        }

        var constants = Constants.Of(made.Graph);
        var random = Chance.From(seed, "classes");
        foreach (var layer in layers)
        {
            Write(made.Graph, layer, constants, fit.Classes, classes, random);
        }

        Resize(made.Graph, layers, constants, fit.Classes.Count, classes.Count);
        return Tried(made, fit, fit with { Classes = classes });
    }

    /// <summary>Layers that name classes.</summary>
    private static List<NodeProto> Find(ModelProto model, HeadFit fit)
    {
        using var network = new Network(model);
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var parts = TrainableHeads.PartsOf(model, network, fit);
        var images = GraphFeed.Of(model, fit.Input).AsTensor();
        var before = parts(network.Run(images, learning: false));
        var layers = new List<NodeProto>();
        foreach (var layer in Last(model.Graph))
        {
            if (network.WeightOf(layer.Input[1], out _) is not { } name || !Fits(model.Graph, layer, network.Weights[name].shape[OutputAxis(layer)], fit.Classes.Count))
            {
                continue;
            }

            var weight = network.Weights[name];
            var kept = weight.clone();
            weight.narrow(OutputAxis(layer), 0, fit.Classes.Count).neg_();
            var after = parts(network.Run(images, learning: false));
            weight.copy_(kept);
            if (Differs(before.Classes, after.Classes) && !before.Others.Zip(after.Others).Any(o => Differs(o.First, o.Second)))
            {
                layers.Add(model.Graph.Node.First(n => n.Output[0] == layer.Output[0]));
            }
        }

        return layers;
    }

    /// <summary>The multiplying layers that each output meets first, going back from it.</summary>
    private static IEnumerable<NodeProto> Last(GraphProto graph)
    {
        var makers = graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).DistinctBy(m => m.o).ToDictionary(m => m.o, m => m.n);
        var (waiting, seen) = (new Stack<string>(graph.Output.Select(o => o.Name)), new HashSet<string>());
        while (waiting.TryPop(out var value))
        {
            if (!seen.Add(value) || !makers.TryGetValue(value, out var maker))
            {
                continue;
            }

            if (Multipliers.Contains(maker.OpType))
            {
                yield return maker;
                continue;
            }

            foreach (var input in maker.Input)
            {
                waiting.Push(input);
            }
        }
    }

    /// <summary>Whether a layer has an output for each class, alone or before others that are split off.</summary>
    private static bool Fits(GraphProto graph, NodeProto layer, long outputs, int classes) =>
        outputs == classes || graph.Node.Any(n => n.OpType == "Split" && n.Input[0] == layer.Output[0] && n.Attribute.Any(a => a.Name == "split" && a.Ints.Count > 0 && a.Ints[0] == classes));

    private static int OutputAxis(NodeProto layer) =>
        layer.OpType == "Conv" || (layer.OpType == "Gemm" && layer.Attribute.Any(a => a.Name == "transB" && a.I == 1)) ? 0 : 1;

    private static bool Differs(Tensor a, Tensor b) => (a - b).abs().max().ToSingle() > 1e-6f;

    private static void Write(GraphProto graph, NodeProto layer, Dictionary<string, TensorProto> constants, IReadOnlyList<string> before, IReadOnlyList<string> after, Random random)
    {
        var kept = after.Select(name => before.IndexOf(name)).ToList();
        var weight = constants[layer.Input[1]];
        Rows(weight, OutputAxis(layer), before.Count, kept, random);
        if (layer.Input.Count > 2 && constants.TryGetValue(layer.Input[2], out var bias))
        {
            Rows(bias, axis: 0, before.Count, kept, random: null);
        }

        // older exporters add the bias behind the layer
        foreach (var add in graph.Node.Where(n => n.OpType == "Add" && n.Input.Contains(layer.Output[0])))
        {
            if (add.Input.Select(constants.GetValueOrDefault).FirstOrDefault(c => c is not null) is { } added && added.Dims.ToList().FindIndex(d => d == before.Count) is >= 0 and var axis)
            {
                Rows(added, axis, before.Count, kept, random: null);
            }
        }
    }

    /// <summary>Makes the first <paramref name="named"/> rows of a constant anew along <paramref name="axis"/>: copies where an old class is kept (its index), else the mean with a little noise.</summary>
    private static void Rows(TensorProto constant, int axis, int named, List<int> kept, Random? random)
    {
        var values = Tensors.Floats(constant);
        var (count, after) = ((int)constant.Dims[axis], constant.Dims.Skip(axis + 1).Aggregate(1L, (a, b) => a * b));
        var rows = kept.Count + count - named;
        var made = new float[values.Length / count * rows];
        for (var o = 0L; o < values.Length / (count * after); o++)
        {
            for (var i = 0L; i < after; i++)
            {
                float Old(int row) => values[(((o * count) + row) * after) + i];
                var mean = Enumerable.Range(0, named).Average(Old);
                for (var row = 0; row < rows; row++)
                {
                    made[(((o * rows) + row) * after) + i] = row >= kept.Count ? Old(row - kept.Count + named)
                        : kept[row] >= 0 ? Old(kept[row])
                        : mean + (random is null ? 0 : Noise * Chance.Normal(random));
                }
            }
        }

        constant.Dims[axis] = rows;
        Tensors.Store(constant, made);
    }

    /// <summary>Older files list constants as inputs too, with their sizes.</summary>
    private static void Relist(GraphProto graph, Dictionary<string, TensorProto> constants)
    {
        foreach (var listed in graph.Input.Where(i => constants.ContainsKey(i.Name)))
        {
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(constants[listed.Name].Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
            listed.Type.TensorType.Shape = shape;
        }
    }

    /// <summary>Sizes that are written into the graph behind the layers: C, and 5 + C where boxes stand before the classes.</summary>
    private static void Resize(GraphProto graph, List<NodeProto> layers, Dictionary<string, TensorProto> constants, int before, int after)
    {
        var reached = layers.Select(l => l.Output[0]).ToHashSet();
        foreach (var node in graph.Node)
        {
            if (!node.Input.Any(reached.Contains))
            {
                continue;
            }

            reached.UnionWith(node.Output);
            if (node.OpType == "Split" && node.Attribute.FirstOrDefault(a => a.Name == "split") is { } parts)
            {
                var sizes = parts.Ints.Select(New).ToArray();
                parts.Ints.Clear();
                parts.Ints.AddRange(sizes);
            }

            if (node.OpType is "Reshape" && constants.TryGetValue(node.Input[1], out var shape))
            {
                var sizes = Tensors.Integers(shape).Select(New).ToArray();
                var own = new TensorProto { Name = $"{node.Output[0]}.shape", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { sizes.Length } };
                own.Int64Data.AddRange(sizes);
                graph.Initializer.Add(own);
                node.Input[1] = own.Name;
            }
        }

        Relist(graph, constants);
        graph.ValueInfo.Clear();
        foreach (var size in graph.Output.SelectMany(o => o.Type.TensorType.Shape?.Dim ?? []).Where(d => d.HasDimValue && New(d.DimValue) != d.DimValue))
        {
            size.DimValue = New(size.DimValue);
        }

        BatchNormFolding.RemoveUnused(graph);
        long New(long size) => size == before ? after : size == before + 5 ? after + 5 : size;
    }

    /// <summary>The remade network, if both engines run it, agree, and its outputs are those of the head.</summary>
    private static ModelProto Tried(ModelProto made, HeadFit before, HeadFit fit)
    {
        try
        {
            OnnxMetadata.Set(made, fit);
            EngineAgreement.Check(made, fit.Input);
            TrainableHeads.FitOf(made, new(fit.Input.WidthPx, fit.Input.HeightPx));
            return made;
        }
        catch (Exception e) when (e is ProblemException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
        {
            throw Refused(before, fit.Classes, e.Message.Split('\n')[0]);
        }
    }

    private static ProblemException Refused(HeadFit fit, IReadOnlyList<string> classes, string why) => new(
        Problems.ModelHead,
        $"The base's classes cannot be changed here to [{string.Join(", ", classes.Take(5))}{(classes.Count > 5 ? ", …" : "")}]: {why.TrimEnd('.')}. Train it with its own {fit.Classes.Count} classes, or export it with yours.");

    private static int IndexOf(this IReadOnlyList<string> list, string wanted) => Enumerable.Range(0, list.Count).FirstOrDefault(i => list[i] == wanted, -1);
}

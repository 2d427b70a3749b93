using System.Runtime.InteropServices;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Shared.Tests.Onnx.Parcels;

/// <summary>Files of random networks, and of the same networks trained a little more.</summary>
internal sealed class Networks(int seed)
{
    private const int Float = 1;
    private const int Byte = 2;
    private const int SignedByte = 3;
    private const int Long = 7;
    private const int Half = 10;
    private static readonly int[] Types = [Float, Byte, SignedByte, Long, Half];
    private readonly Random _chance = new(seed);

    /// <summary>Any shape, any type, sparse or not; no network that could run.</summary>
    public ModelProto Any()
    {
        var graph = new GraphProto { Name = "net" };
        for (var i = _chance.Next(1, 12); i > 0; i--)
        {
            long[] dims = [.. Enumerable.Range(0, _chance.Next(1, 5)).Select(_ => (long)_chance.Next(1, 9) * (_chance.Next(2) == 0 ? 4 : 1))];
            graph.Initializer.Add(Tensor($"w{i}", Types[_chance.Next(Types.Length)], dims, isSparse: _chance.Next(2) == 0));
        }

        graph.Node.Add(TinyNetwork.Node("Relu", ["x"], "y"));
        return Around(graph);
    }

    /// <summary>Convolutions of one type.</summary>
    public ModelProto Of(int type, bool isSparse, int layers = 6)
    {
        var graph = new GraphProto { Name = "net" };
        for (var i = 0; i < layers; i++)
        {
            graph.Initializer.Add(Tensor($"w{i}", type, [32, 32, 3, 3], isSparse));
        }

        return Around(graph);
    }

    public ModelProto Halves(bool isSparse) => Of(Half, isSparse);

    /// <summary>The same with weights moved by about <paramref name="share"/> of themselves; what is blank stays so.</summary>
    public ModelProto Trained(ModelProto model, double share, Func<string, bool>? which = null)
    {
        var next = model.Clone();
        foreach (var tensor in next.Graph.Initializer.Where(t => which?.Invoke(t.Name) ?? true))
        {
            var bytes = tensor.RawData.ToByteArray();
            Move(tensor.DataType, bytes, share);
            tensor.RawData = ByteString.CopyFrom(bytes);
        }

        return next;
    }

    private static ModelProto Around(GraphProto graph) => new() { IrVersion = 8, ProducerName = "test", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };

    private TensorProto Tensor(string name, int type, long[] dims, bool isSparse)
    {
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        var values = Enumerable.Range(0, count).Select(_ => Normal()).ToArray();
        if (isSparse && dims.Length > 1 && dims[1] % 4 == 0)
        {
            Prune(values, (int)dims[1], (int)dims.Skip(2).Aggregate(1L, (product, dim) => product * dim));
        }

        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(Bytes(type, values)) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    /// <summary>The two smallest of each four along the input channels become zero.</summary>
    private static void Prune(float[] values, int channels, int taps)
    {
        for (var first = 0; first < values.Length; first++)
        {
            if (first / taps % channels % 4 == 0)
            {
                int[] group = [.. Enumerable.Range(0, 4).Select(k => first + (k * taps)).OrderBy(i => Math.Abs(values[i]))];
                (values[group[0]], values[group[1]]) = (0, 0);
            }
        }
    }

    private static byte[] Bytes(int type, float[] values) => type switch
    {
        Float => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        Half => MemoryMarshal.AsBytes(values.Select(v => (System.Half)v).ToArray().AsSpan()).ToArray(),
        Long => MemoryMarshal.AsBytes(values.Select(v => (long)(v * 100)).ToArray().AsSpan()).ToArray(),
        _ => [.. values.Select(v => (byte)(sbyte)Math.Clamp(v * 500, -127, 127))],
    };

    private void Move(int type, Span<byte> bytes, double share)
    {
        switch (type)
        {
            case Float:
                foreach (ref var value in MemoryMarshal.Cast<byte, float>(bytes))
                {
                    value *= (float)(1 + (share * Normal()));
                }

                break;
            case Half:
                foreach (ref var value in MemoryMarshal.Cast<byte, System.Half>(bytes))
                {
                    value = (System.Half)((float)value * (1 + (share * Normal())));
                }

                break;
            case Byte or SignedByte:
                foreach (ref var value in bytes)
                {
                    value = (byte)(value == 0 ? 0 : value + Math.Round(100 * share * Normal()));
                }

                break;
        }
    }

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble()) * 0.1);
}

using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Judges an ONNX file without running it.</summary>
public static class OnnxCheck
{
    /// <summary>Reads and judges the model in <paramref name="bytes"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelNotOnnx"/>, <see cref="Problems.ModelUnsafe"/>, <see cref="Problems.ModelTooLarge"/> or <see cref="Problems.ModelOperator"/>.</exception>
    public static OnnxReport Inspect(ReadOnlySpan<byte> bytes, OnnxLimits? limits = null)
    {
        limits ??= new();
        if (bytes.Length > limits.MaxFileBytes)
        {
            throw TooLong(limits);
        }

        NotOnnx.ThrowIfClearly(bytes);
        WireScan.Check(bytes, limits);
        var model = OnnxFile.Read(bytes);
        var tensors = new TensorRules(bytes.Length, limits);
        var graphs = new GraphRules(tensors, limits);
        graphs.Check(model);
        var initialised = model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        return new(
            [.. model.Graph.Input.Where(i => !initialised.Contains(i.Name)).Select(ValueOf)],
            [.. model.Graph.Output.Select(ValueOf)],
            model.MetadataProps.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.First().Value),
            graphs.Operators,
            model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0,
            graphs.Nodes,
            tensors.Elements,
            tensors.Bytes,
            bytes.Length,
            TensorRules.Short($"{model.ProducerName} {model.ProducerVersion}".Trim()),
            SparsityReport.Of(model),
            OutputOperators.Of(model.Graph));
    }

    /// <summary>Reads <paramref name="stream"/> to its end, but never beyond the limit, and judges the model in it.</summary>
    /// <exception cref="ProblemException">As the other overload.</exception>
    public static async Task<OnnxReport> InspectAsync(Stream stream, OnnxLimits? limits, CancellationToken cancellationToken)
    {
        limits ??= new();
        using var content = new MemoryStream();
        var block = new byte[128 << 10];
        for (var read = await stream.ReadAsync(block, cancellationToken); read > 0; read = await stream.ReadAsync(block, cancellationToken))
        {
            if (content.Length + read > limits.MaxFileBytes)
            {
                throw TooLong(limits);
            }

            content.Write(block, 0, read);
        }

        return Inspect(content.GetBuffer().AsSpan(0, (int)content.Length), limits);
    }

    /// <summary>Whether the file can be used with <paramref name="head"/>; what the caller leaves null comes from the file's metadata, then from the head's convention.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: what was seen and what is wanted.</exception>
    public static HeadFit FitHead(OnnxReport report, string? head, IReadOnlyList<string>? classes, InputSpec? input) =>
        FitHead(report, new HeadRequest { Head = head, Classes = classes, Input = input });

    /// <summary>Whether the file can be used as <paramref name="request"/> says, and how.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: what was seen and what is wanted.</exception>
    public static HeadFit FitHead(OnnxReport report, HeadRequest request) => new HeadRules(report, request).Fit();

    private static ProblemException TooLong(OnnxLimits limits) =>
        new(Problems.ModelTooLarge, $"The file is larger than the {limits.MaxFileBytes} bytes that are allowed. Use a smaller network, or one with 16- or 8-bit weights.");

    private static OnnxValue ValueOf(ValueInfoProto value) => new(
        value.Name,
        Elements.Name(value.Type?.TensorType?.ElemType ?? 0),
        [.. (value.Type?.TensorType?.Shape?.Dim ?? []).Select(d => new OnnxDim(d.HasDimValue && d.DimValue >= 0 ? d.DimValue : null, d.HasDimParam && d.DimParam.Length > 0 ? d.DimParam : null))]);
}

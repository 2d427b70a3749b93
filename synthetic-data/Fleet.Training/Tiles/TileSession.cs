using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Training.Tiles;

/// <summary>Either form in ONNX Runtime: all tiles of a frame in one call.</summary>
internal sealed class TileSession(ModelProto model) : IDisposable
{
    private readonly InferenceSession _session = new(OnnxFile.Write(model));
    private readonly RunOptions _options = new();

    /// <summary>A score for each tile of a list.</summary>
    public float[] OfTiles(TiledFrame frame) => Run(frame.Pixels, frame.Marks.Count, TilesGraph.Side * TilesGraph.Side);

    /// <summary>A score for each tile of a whole frame.</summary>
    public float[] OfFrame(TiledFrame frame, int widthPx) => Run(frame.Grey, 1, 1, frame.Grey.Length / widthPx, widthPx);

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private float[] Run(byte[] pixels, params long[] shape)
    {
        using var fed = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        using var results = _session.Run(_options, _session.InputNames, [fed], _session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

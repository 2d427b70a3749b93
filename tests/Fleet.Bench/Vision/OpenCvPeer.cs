using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace Fleet.Bench.Vision;

/// <summary>The peer that every camera program starts with: OpenCV's own DNN on the same file and frames, one thread. Reading its outputs is left out, in its favour.</summary>
internal sealed class OpenCvPeer : IDisposable
{
    private readonly Net _net;
    private readonly string[] _outputs;
    private readonly Mat[] _results;
    private readonly Mat[] _pictures;
    private readonly InputSpec _input;
    private int _next;

    private OpenCvPeer(Net net, InputSpec input, IReadOnlyList<Frame> frames)
    {
        (_net, _input, _outputs) = (net, input, [.. net.GetUnconnectedOutLayersNames().OfType<string>()]);
        _results = [.. _outputs.Select(_ => new Mat())];
        _pictures = [.. frames.Select(f => Mat.FromPixelData(f.HeightPx, f.WidthPx, f.Channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3, f.Span.ToArray()))];
    }

    /// <returns>The peer, or why there is none.</returns>
    public static (OpenCvPeer? Peer, string Note) Open(string model, InputSpec input, IReadOnlyList<Frame> frames)
    {
        Cv2.SetNumThreads(1);
        OpenCvPeer? peer = null;
        try
        {
            var net = CvDnn.ReadNetFromOnnx(model) ?? throw new OpenCVException("the file is not read");
            peer = new OpenCvPeer(net, input, frames);
            peer.Run();
            return (peer, $"peer: OpenCV {Cv2.GetVersionString()} DNN, frame to raw outputs, 1 thread");
        }
        catch (Exception e) when (e is OpenCVException or ArgumentException)
        {
            peer?.Dispose();
            return (null, $"OpenCV {Cv2.GetVersionString()} DNN cannot run this file: {e.Message.Split('\n')[0].Trim()}");
        }
    }

    public void Run()
    {
        var picture = _pictures[_next++ % _pictures.Length];
        var mean = new Scalar(_input.Mean.ElementAtOrDefault(0) / _input.Scale, _input.Mean.ElementAtOrDefault(1) / _input.Scale, _input.Mean.ElementAtOrDefault(2) / _input.Scale);
        using var blob = CvDnn.BlobFromImage(picture, _input.Scale, new Size(_input.WidthPx, _input.HeightPx), mean, swapRB: _input.Color == "rgb", crop: false);
        _net.SetInput(blob, _input.Name);
        _net.Forward(_results, _outputs);
    }

    public void Dispose()
    {
        _net.Dispose();
        foreach (var mat in _results.Concat(_pictures))
        {
            mat.Dispose();
        }
    }
}

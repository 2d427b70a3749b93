using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Turns frames into a network's input: resized bilinearly, padded, split into planes. Reuses its tables, so one belongs to one thread.</summary>
public sealed class Preprocess
{
    /// <summary>For one input.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an element, colour or fit of no known kind, or a wrong number of means.</exception>
    public Preprocess(InputSpec input) => Input = input;

    /// <summary>What is made.</summary>
    public InputSpec Input { get; }

    /// <summary>Planes: 3, or 1 for <c>gray</c>.</summary>
    public int Planes => Input.Color == "gray" ? 1 : 3;

    /// <summary>Elements of the tensor [1, planes, height, width].</summary>
    public int Length => Planes * Input.WidthPx * Input.HeightPx;

    /// <summary>Writes <paramref name="frame"/> for a <c>uint8</c> input.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">[1, planes, height, width], 0 to 255; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>uint8</c>.</exception>
    public Placement Write(Frame frame, Span<byte> tensor) => throw new NotImplementedException();

    /// <summary>Writes <paramref name="frame"/> for a <c>float32</c> input: (value * scale - mean) / std.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">[1, planes, height, width]; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>float32</c>.</exception>
    public Placement Write(Frame frame, Span<float> tensor) => throw new NotImplementedException();
}

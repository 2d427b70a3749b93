using System.Globalization;

namespace Fleet.Contracts;

/// <summary>An output of a network, as far as it is known.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions; null is one that the file leaves free.</param>
public sealed record HeadTensor(string Name, IReadOnlyList<long?> Shape)
{
    /// <summary>As in <c>peaks[1,6,?,?]</c>.</summary>
    public override string ToString() => $"{Name}[{string.Join(',', Shape.Select(d => d?.ToString(CultureInfo.InvariantCulture) ?? "?"))}]";

    /// <summary>Whether dimension <paramref name="axis"/> can be <paramref name="size"/>.</summary>
    internal bool Allows(int axis, long? size) => Shape[axis] is not { } known || size is not { } wanted || known == wanted;
}

/// <summary>What is known of a network when its outputs are held against a head.</summary>
/// <param name="Outputs">Its outputs.</param>
/// <param name="WidthPx">Width of its input, px; null while it is free.</param>
/// <param name="HeightPx">Height of its input, px; null while it is free.</param>
/// <param name="Classes">Number of class names; null while none are given.</param>
/// <param name="Tiles">Tiles of a frame; null where it is not cut.</param>
public sealed record HeadFacts(IReadOnlyList<HeadTensor> Outputs, int? WidthPx, int? HeightPx, int? Classes, int? Tiles = null)
{
    internal long? Anchors(IReadOnlyList<int> strides) => WidthPx is { } w && HeightPx is { } h ? HeadKinds.Anchors(strides, w, h) : null;

    internal long? AnchorsUp(params IReadOnlyList<int> strides) => WidthPx is { } w && HeightPx is { } h ? HeadKinds.AnchorsUp(strides, w, h) : null;
}

/// <summary>How a network's outputs serve a head.</summary>
/// <param name="Head">One of <see cref="HeadKinds"/>.</param>
/// <param name="Roles">For each part of the head, in its decoder's order, the index of the output that is it.</param>
/// <param name="Classes">Number of classes; null where the file leaves it free.</param>
/// <param name="Form">Which of the head's forms.</param>
public sealed record HeadMatch(string Head, IReadOnlyList<int> Roles, int? Classes, HeadForm Form = HeadForm.Usual);

/// <summary>Forms of a head that differ in their arithmetic.</summary>
public enum HeadForm
{
    /// <summary>As the head's description says first.</summary>
    Usual,

    /// <summary>A fourth grid of stride 64.</summary>
    FourGrids,

    /// <summary>One row an anchor instead of one plane a value.</summary>
    Rows,

    /// <summary>Boxes that are suppressed already.</summary>
    Suppressed,

    /// <summary>Classes and boxes of all grids in one output.</summary>
    OneOutput,

    /// <summary>One anchor a cell instead of three.</summary>
    OneAnchor,

    /// <summary>Class 0 is the background and has no name.</summary>
    Background,
}

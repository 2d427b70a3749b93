using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>A box in pixels of the original frame; (X, Y) is the top-left corner, (0, 0) the top-left of the frame.</summary>
/// <param name="X">Left edge, px.</param>
/// <param name="Y">Top edge, px.</param>
/// <param name="Width">Width, px, above 0.</param>
/// <param name="Height">Height, px, above 0.</param>
public readonly record struct Box(float X, float Y, float Width, float Height);

/// <summary>One object a version found in a frame.</summary>
/// <param name="Label">Class name as the model card lists it.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">Where, in pixels of the original frame.</param>
/// <param name="Track">Number of the object it is, the same from frame to frame of a camera, from 1; null where none follows objects or it was seen once only.</param>
public sealed record Detection(string Label, float Score, Box Box, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Track = null);

/// <summary>One object a person (or a twin) says is in a frame.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Box">Where, in pixels of the original frame.</param>
public sealed record Annotation(string Label, Box Box);

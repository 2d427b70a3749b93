using Fleet.Contracts;

namespace Fleet.Inference;

/// <summary>What an engine calculates in.</summary>
public enum Precision
{
    /// <summary>32-bit floating point (TF32 where a GPU has it).</summary>
    Fp32,

    /// <summary>16-bit floating point where the provider has it.</summary>
    Fp16,

    /// <summary>8-bit integers as the file's own quantisation says, 16-bit floating point between.</summary>
    Int8,
}

/// <summary>Precisions by name.</summary>
public static class Precisions
{
    /// <summary>What a variant is made for, by its name: <c>int8…</c>, <c>fp16…</c>, else 32 bits.</summary>
    public static Precision Of(string variant) => variant switch
    {
        _ when variant.StartsWith("int8", StringComparison.Ordinal) => Precision.Int8,
        _ when variant.StartsWith("fp16", StringComparison.Ordinal) => Precision.Fp16,
        _ => Precision.Fp32,
    };

    /// <summary><c>fp32</c>, <c>fp16</c> or <c>int8</c>.</summary>
    public static string Name(this Precision precision) => precision switch { Precision.Int8 => "int8", Precision.Fp16 => "fp16", _ => "fp32" };

    /// <summary>The precision called <paramref name="name"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: there is none.</exception>
    public static Precision Parse(string name) => Enum.GetValues<Precision>().Where(p => p.Name() == name).Select(p => (Precision?)p).SingleOrDefault()
        ?? throw new ProblemException(Problems.EngineFailed, $"The precision '{name}' is not known: wanted fp32, fp16 or int8.");
}

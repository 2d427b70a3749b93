namespace Fleet.Console.Parts;

/// <summary>What a colour means; there is always a word beside it.</summary>
public enum Tone
{
    /// <summary>Nothing to do and nothing going on.</summary>
    Idle,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>On its way.</summary>
    Busy,

    /// <summary>Someone should look.</summary>
    Warn,

    /// <summary>Broken.</summary>
    Bad,
}

/// <summary>A state in words, with its colour and, where there is more to say, a sentence.</summary>
/// <param name="Text">Two or three words.</param>
/// <param name="Tone">Its colour.</param>
/// <param name="Detail">A sentence; null where the words say it all.</param>
public sealed record Word(string Text, Tone Tone, string? Detail = null);

using Fleet.Contracts;

namespace Fleet.Console.Samples;

/// <summary>Why a frame was kept, in words.</summary>
internal static class TriggerWords
{
    /// <summary>All that a filter offers.</summary>
    public static readonly IReadOnlyList<string> All =
        [TriggerNames.Uncertain, TriggerNames.Flicker, TriggerNames.Novel, TriggerNames.Count, TriggerNames.Random, TriggerNames.Shadow, TriggerNames.Request, "import"];

    public static string Of(string trigger) => trigger switch
    {
        TriggerNames.Uncertain => "unsure",
        TriggerNames.Flicker => "flickered",
        TriggerNames.Novel => "new to it",
        TriggerNames.Count => "odd count",
        TriggerNames.Random => "by chance",
        TriggerNames.Request => "asked for",
        TriggerNames.Shadow => "versions differ",
        "import" => "imported",
        _ => trigger,
    };
}

namespace Fleet.ControlPlane.Platform;

internal static class Arguments
{
    private static readonly string[] Sections = ["--Fleet:", "--Logging:"];

    /// <summary>A misspelt argument would otherwise be ignored without a word.</summary>
    public static void Check(string[] args)
    {
        var wrong = args.Where(a => !Array.Exists(Sections, s => a.StartsWith(s, StringComparison.OrdinalIgnoreCase)) || !a.Contains('=', StringComparison.Ordinal)).ToList();
        if (wrong.Count > 0)
        {
            throw new StartException($"Not understood: {string.Join(" ", wrong)}. Arguments look like --Fleet:Data=DIR.");
        }
    }
}

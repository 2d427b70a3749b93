namespace Fleet.ControlPlane.Platform;

internal static class Arguments
{
    private const string Secret = "--Fleet:Oidc:ClientSecret";
    private static readonly string[] Sections = ["--Fleet:", "--Logging:"];

    /// <summary>A misspelt argument would otherwise be ignored without a word.</summary>
    public static void Check(string[] args)
    {
        var wrong = args.Where(a => !Array.Exists(Sections, s => a.StartsWith(s, StringComparison.OrdinalIgnoreCase)) || !a.Contains('=', StringComparison.Ordinal)).ToList();
        if (wrong.Count > 0)
        {
            throw new StartException($"Not understood: {string.Join(" ", wrong)}. Arguments look like --Fleet:Data=DIR.");
        }

        if (Array.Exists(args, a => a.StartsWith(Secret + "=", StringComparison.OrdinalIgnoreCase)))
        {
            throw new StartException($"Everybody on this machine can read arguments: give the client secret in a file as {Secret}File=FILE, or in the environment as Fleet__Oidc__ClientSecret.");
        }
    }
}

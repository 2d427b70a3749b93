namespace Fleet.Console.Access;

/// <summary>Where someone goes on after signing in.</summary>
public static class ReturnPath
{
    /// <summary>An address of this site, or the overview.</summary>
    public static string Local(string? address) =>
        address is ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl) && !address.StartsWith("/sign-in", StringComparison.Ordinal) ? address : "/";
}

namespace Fleet.Trust;

/// <summary>The patterns of delegated paths: <c>*</c> is any run of characters, <c>?</c> is one, neither of them a slash; everything else stands for itself.</summary>
internal static class PathPattern
{
    /// <summary>Whether the whole of <paramref name="path"/> fits; upper and lower case differ. Time grows with the product of the lengths at worst.</summary>
    public static bool Matches(string pattern, string path)
    {
        var (wanted, given) = (pattern.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(part => Fits(part.First, part.Second));
    }

    private static bool Fits(string pattern, string text)
    {
        var (at, star, retry) = (0, -1, 0);
        for (var i = 0; i < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, retry) = (at++, i);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[i]))
            {
                (at, i) = (at + 1, i + 1);
            }
            else if (star >= 0)
            {
                (at, i) = (star + 1, ++retry);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }
}

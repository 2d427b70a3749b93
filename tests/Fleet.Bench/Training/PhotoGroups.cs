using System.Text.RegularExpressions;

namespace Fleet.Bench.Training;

/// <summary>Photos by where they come from, told by their names: frames of one video and shots of one series look alike, and must not be on both sides of a test.</summary>
internal static partial class PhotoGroups
{
    /// <summary>Group of a photo: what its name has in common with those of its series.</summary>
    /// <remarks>
    /// <c>IMG_0261_mp4-107</c> is a frame of <c>img_0261_mp4</c>; <c>net-13010-</c> one of <c>net</c>; of names that begin with a number
    /// (<c>0033_20211113_124153_0171_0210</c>, <c>1711549933</c>) those of the same shape are a series.
    /// </remarks>
    public static string Of(string fileName)
    {
        // what labelling services append is not the camera's
        var name = Appended().Replace(Path.GetFileNameWithoutExtension(fileName), "").Trim('-', '_', '.').ToLowerInvariant();
        return name.Length == 0 || !char.IsAsciiLetter(name[0]) || name.All(char.IsAsciiHexDigit) ? "shape " + Digits().Replace(name, "#")
            : Numbered().Match(name) is { Success: true } numbered ? numbered.Groups[1].Value
            : Letters().Match(name).Value;
    }

    [GeneratedRegex(@"(_(jpg|jpeg|png|webp))?\.rf\..*$|_(jpg|jpeg|png)$", RegexOptions.IgnoreCase)]
    private static partial Regex Appended();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^(.*[a-z].*?)[-_ .(]+\d+\)?$")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^[a-z]+")]
    private static partial Regex Letters();
}

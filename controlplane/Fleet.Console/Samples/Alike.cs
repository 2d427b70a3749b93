using System.Globalization;

namespace Fleet.Console.Samples;

/// <summary>How much pictures resemble each other, in words.</summary>
internal static class Alike
{
    /// <param name="distance">0 for the same picture, about 1 for one that has nothing in common.</param>
    public static string Words(double distance) => distance == 0 ? "the frame itself" : string.Create(CultureInfo.InvariantCulture, $"{distance:0.00} apart");
}

using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.ControlPlane.Registry;

/// <summary>Looks into an uploaded golden clip before it becomes part of a version.</summary>
internal static class GoldenClipCheck
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: it cannot be read, is too large, or expects what the version cannot find.</exception>
    public static void Check(string path, IReadOnlyList<string> classes)
    {
        var clip = Read(path);
        var stranger = clip.Frames.SelectMany(f => f.Expected).FirstOrDefault(d => !classes.Contains(d.Label));
        if (stranger is not null)
        {
            throw Refuse($"it expects '{stranger.Label}', which is none of the version's classes ({string.Join(", ", classes.Take(20))})");
        }

        var notPng = clip.Frames.FirstOrDefault(f => !f.Png.AsSpan().StartsWith(PngSignature));
        if (notPng is not null)
        {
            throw Refuse($"{notPng.File} is not a PNG picture");
        }
    }

    private static GoldenClip Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return GoldenClip.Read(file);
        }
        catch (ProblemException e) when (e.Kind == Problems.EngineGolden)
        {
            throw Refuse(e.Message.TrimEnd('.'), e);
        }
    }

    private static ProblemException Refuse(string why, Exception? cause = null) =>
        new(Problems.RequestInvalid, $"The golden clip cannot be used: {why}. Make it with the same version and upload it again.", cause);
}

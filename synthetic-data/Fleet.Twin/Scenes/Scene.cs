namespace Fleet.Twin.Scenes;

/// <summary>A site as a file describes it: what stands there, how it is lit, through which camera it is seen.</summary>
public sealed record Scene
{
    /// <summary>Reads a scene.</summary>
    /// <param name="pathOrName">A file, or the name of a scene that ships with the twin (<c>warehouse</c>).</param>
    /// <exception cref="Fleet.Contracts.ProblemException"><c>scene.invalid</c>; the text names file, line, field and what is allowed.</exception>
    public static Scene Load(string pathOrName) => throw new NotImplementedException(pathOrName);
}

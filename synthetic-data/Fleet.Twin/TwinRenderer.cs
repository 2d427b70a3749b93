using Fleet.Twin.Scenes;

namespace Fleet.Twin;

/// <summary>Renders labelled frames of a scene. Frame <c>i</c> of a seed is the same bytes whatever was rendered before.</summary>
/// <remarks>Belongs to the thread that made it; several renderers may live on several threads.</remarks>
public sealed class TwinRenderer : IDisposable
{
    /// <summary>Opens a renderer.</summary>
    /// <exception cref="Fleet.Contracts.ProblemException">No OpenGL on this machine; the text names the Debian packages.</exception>
    public TwinRenderer(Scene scene, long seed)
    {
        Scene = scene;
        Seed = seed;
    }

    /// <summary>What is rendered.</summary>
    public Scene Scene { get; }

    /// <summary>Which of its worlds.</summary>
    public long Seed { get; }

    /// <summary>Renders frame <paramref name="index"/>; any order, each in about the same time.</summary>
    public TwinFrame Render(long index) => throw new NotImplementedException();

    /// <summary>What <see cref="Render"/> would annotate, without sensor effects and pixels.</summary>
    public IReadOnlyList<TwinAnnotation> Annotate(long index) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

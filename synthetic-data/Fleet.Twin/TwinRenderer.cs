using Fleet.Twin.Scenes;
using Fleet.Twin.Sky;
using Fleet.Twin.World;

namespace Fleet.Twin;

/// <summary>Renders labelled frames of a scene. Frame <c>i</c> of a seed is the same bytes whatever was rendered before.</summary>
/// <remarks>One thread at a time may use a renderer; several renderers may work on several threads at once.</remarks>
public sealed class TwinRenderer : IDisposable
{
    private readonly IWorld _world;

    /// <summary>Opens a renderer.</summary>
    /// <exception cref="Fleet.Contracts.ProblemException">No OpenGL on this machine although the scene wants it; the text names the Debian packages.</exception>
    public TwinRenderer(Scene scene, long seed)
    {
        (Scene, Seed) = (scene, seed);
        _world = scene.World == SceneWorld.NightSky ? new SkyWorld(scene, seed) : new StagedWorld(scene, seed);
    }

    /// <summary>What is rendered.</summary>
    public Scene Scene { get; }

    /// <summary>Which of its worlds.</summary>
    public long Seed { get; }

    /// <summary>Id of the object at each pixel of the frame drawn last, rows from the bottom: 0 the room, bit 31 a thing without label; empty where the world draws none.</summary>
    internal ReadOnlySpan<uint> Ids => _world is StagedWorld staged ? staged.Ids : [];

    /// <summary>Renders frame <paramref name="index"/>; any order, each in about the same time.</summary>
    public TwinFrame Render(long index) => _world.Render(index);

    /// <summary>What <see cref="Render"/> would annotate, without sensor effects and pixels.</summary>
    public IReadOnlyList<TwinAnnotation> Annotate(long index) => _world.Annotate(index);

    /// <summary>The world and the camera of frame <paramref name="index"/> as binary glTF 2.0; labelled things are named by number and class.</summary>
    /// <exception cref="InvalidOperationException">The world has no geometry (night sky).</exception>
    public byte[] Export(long index) =>
        _world is StagedWorld staged ? staged.Export(index) : throw new InvalidOperationException("The night sky has no geometry.");

    /// <inheritdoc/>
    public void Dispose() => _world.Dispose();
}

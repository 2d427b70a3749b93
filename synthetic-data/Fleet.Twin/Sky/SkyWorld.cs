using Fleet.Twin.Scenes;
using Fleet.Twin.World;

namespace Fleet.Twin.Sky;

/// <summary>Frames of the night sky: a dim uneven background, stars, hot pixels, and now and then a satellite hardly brighter than the noise.</summary>
internal sealed class SkyWorld(Scene scene, long seed) : IWorld
{
    private readonly float[] _levels = new float[scene.Camera.Width * scene.Camera.Height];

    public TwinFrame Render(long index)
    {
        var pointing = Pointing.Of(scene, seed, index);
        var canvas = new SkyCanvas(_levels, scene.Camera.Width, scene.Camera.Height);
        Background.Draw(canvas, scene.Sky, pointing);
        Stars.Draw(canvas, scene.Sky, pointing);
        foreach (var satellite in pointing.Satellites)
        {
            canvas.Streak(satellite.X, satellite.Y, satellite.HalfX, satellite.HalfY, pointing.Spread, satellite.Peak);
        }

        Background.AddHotPixels(canvas, scene.Sky, seed);
        var bgr = Background.Expose(canvas, pointing.Noise, Chance.Of(seed, index).Knob("sky/noise").Bits());
        return new TwinFrame(index, scene.Camera.Width, scene.Camera.Height, bgr, Annotate(pointing));
    }

    public IReadOnlyList<TwinAnnotation> Annotate(long index) => Annotate(Pointing.Of(scene, seed, index));

    public void Dispose()
    {
    }

    private List<TwinAnnotation> Annotate(Pointing pointing) =>
        [.. pointing.Satellites.Select(s => new TwinAnnotation(scene.Label, s.Box(pointing.Spread, scene.Camera.Width, scene.Camera.Height), VisibleFraction: 1))];
}

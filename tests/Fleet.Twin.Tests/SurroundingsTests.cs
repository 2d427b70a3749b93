using Fleet.Testing;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.Tests;

public sealed class SurroundingsTests : IDisposable
{
    // light is measured on the picture, so that other walls would move it; cartons stand alike all the same
    private const string Plain = "extends: warehouse\ncamera:\n  grey: 0\n  width: 160\n  height: 160\nlayouts: { floor: 1, fronts: 0, pallets: 0, racks: 0, cctv: 0, studio: 0, empty: 0 }\nclutter:\n  foreground: 0\n  random: ";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Surroundings_of_anything_change_the_picture_and_no_label()
    {
        using var usual = new TwinRenderer(SceneOf(Plain + "0\n"), seed: 3);
        using var random = new TwinRenderer(SceneOf(Plain + "1\n"), seed: 3);
        var changed = 0;
        for (var i = 0; i < 6; i++)
        {
            var (before, after) = (usual.Render(i), random.Render(i));
            Assert.Equal(before.Annotations.Select(a => a.Box), after.Annotations.Select(a => a.Box));
            changed += before.Bgr.Zip(after.Bgr).Count(p => Math.Abs(p.First - p.Second) > 20) * 8 > before.Bgr.Length ? 1 : 0;
        }

        Assert.InRange(changed, 4, 6);
    }

    [Fact]
    public void A_frame_with_more_textures_than_there_was_room_for_finds_each_where_it_was()
    {
        using var context = GlContext.Open();
        var painted = new List<Skin>();
        using var bank = new TextureBank(context.Gl, Paint);
        bank.BeginFrame();
        var layers = Enumerable.Range(0, 700).Select(i => bank.Layer(new Skin(Motif.Plain, (ulong)i))).ToList();

        Assert.Equal(700, layers.Distinct().Count());
        Assert.Equal(layers, Enumerable.Range(0, 700).Select(i => bank.Layer(new Skin(Motif.Plain, (ulong)i))));
        // those of a smaller bank are painted again into the larger one
        Assert.True(painted.Count > 700 && painted.Distinct().Count() == 700, $"{painted.Count} paintings");

        SKBitmap Paint(Skin skin)
        {
            painted.Add(skin);
            return TextureBank.Canvas();
        }
    }

    private Scene SceneOf(string yaml)
    {
        var path = _folder.At($"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, yaml);
        return Scene.Load(path);
    }
}

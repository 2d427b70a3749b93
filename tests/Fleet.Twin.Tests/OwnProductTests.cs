using System.Numerics;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Scenes;
using SharpGLTF.Schema2;
using SkiaSharp;
using Scene = Fleet.Twin.Scenes.Scene;

namespace Fleet.Twin.Tests;

/// <summary>The user's own pictures and assets in a scene.</summary>
public sealed class OwnProductTests : IDisposable
{
    private const string Bright = "light: { ambient: 0.9, key: 0.2, warmth: 0, exposure: 140, dark: 0 }\nsensor: { noise: 0, contrast: 1, jpeg: 95 }\ncamera: { grey: 0 }\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("box", "front")]
    [InlineData("carton", "front")]
    [InlineData("bag", "front")]
    [InlineData("can", "front")]
    [InlineData("can", "wrap")]
    [InlineData("bottle", "wrap")]
    [InlineData("jar", "front")]
    public void A_picture_is_seen_on_the_package_that_wears_it(string kind, string field)
    {
        Picture("green.png", SKColors.Lime, border: 30);
        var scene = Load("shelf", $"packages:\n  ownShare: 1\n  own:\n    - {{ kind: {kind}, label: mine, {field}: green.png, height: 0.16, width: 0.1 }}\nshelf: {{ fallen: 0, empty: 0 }}\n");
        Assert.Equal(["mine"], scene.Classes);
        // the white border is no part of the product
        Assert.True(ShareOf(scene, "mine", (r, g, b) => g > r + 25 && g > b + 25) > (kind is "bottle" or "jar" ? 0.2 : 0.6), "the picture's green is not seen on the package");
    }

    [Fact]
    public void Cartons_of_a_warehouse_wear_pictures_too()
    {
        Picture("green.png", SKColors.Lime, border: 0);
        var scene = Load("warehouse", "cartons:\n  ownShare: 1\n  own:\n    - { front: green.png, height: 0.3 }\nclutter: { count: 0, foreground: 0 }\n");
        Assert.Equal(["box"], scene.Classes);
        Assert.True(ShareOf(scene, "box", (r, g, b) => g > r + 20 && g > b + 20) > 0.4);
    }

    [Theory]
    [InlineData("", 0.1f, 0.2f, 0.05f)]
    [InlineData(", up: z", 0.1f, 0.05f, 0.2f)]
    [InlineData(", turn: 90", 0.05f, 0.2f, 0.1f)]
    public void An_asset_has_the_size_that_its_units_and_axes_mean(string pose, float width, float height, float depth)
    {
        SampleAsset.Save(At("box.glb"), new Vector3(100, 200, 50));
        var product = Assert.Single(Load("shelf", $"packages:\n  own:\n    - {{ model: box.glb, scale: 0.001{pose} }}\n").Cartons.Own);
        Assert.InRange(Vector3.Distance(new Vector3(width, height, depth), product.Asset!.SizeM), 0, 1e-4f);
        Assert.Equal(height, product.Size.Height.Low, 1e-4f);
    }

    [Fact]
    public void An_asset_stands_on_the_shelf_as_one_object_in_its_colours()
    {
        SampleAsset.Save(At("box.glb"), new Vector3(0.1f, 0.16f, 0.08f));
        var scene = Load("shelf", "packages:\n  ownShare: 1\n  own:\n    - { model: box.glb, label: toy }\nshelf: { fallen: 0, untidy: 0, empty: 0 }\n");
        using var twin = new TwinRenderer(scene, seed: 2);
        var compared = 0;
        foreach (var frame in Enumerable.Range(0, 6).Select(i => twin.Render(i)))
        {
            foreach (var toy in frame.Annotations.Where(a => a.VisibleFraction > 0.95f && !a.Truncated && a.Box.Width > 30))
            {
                // both materials carry the one id, so the box spans red foot and blue head
                var (head, foot) = (Colour(frame, toy.Box.X + (toy.Box.Width / 2), toy.Box.Y + (toy.Box.Height * 0.35f)), Colour(frame, toy.Box.X + (toy.Box.Width / 2), toy.Box.Y + (toy.Box.Height * 0.85f)));
                Assert.True(head.B > head.R + 15 && foot.R > foot.B + 15, $"head {head}, foot {foot}");
                compared++;
            }
        }

        Assert.True(compared > 3, $"only {compared} toys were seen whole");
    }

    [Fact]
    public void An_asset_among_the_clutter_hides_but_is_not_labelled()
    {
        SampleAsset.Save(At("box.glb"), new Vector3(1, 1, 1));
        var scene = Load("warehouse", "layouts: { pallets: 0, racks: 0, floor: 0, cctv: 0, studio: 0, fronts: 0, empty: 1 }\nclutter: { count: 8, ownShare: 1, own: [ { model: box.glb, height: [0.8, 1.2] } ] }\n");
        using var twin = new TwinRenderer(scene, seed: 2);
        var annotations = Enumerable.Range(0, 3).Select(i => twin.Render(i)).ToList();
        Assert.All(annotations, f => Assert.Empty(f.Annotations));
        Assert.Contains(annotations, f => Count(f, (r, g, b) => r > g + 30 && r > b + 30) > 200);
    }

    [Fact]
    public void Another_picture_under_the_same_name_is_another_scene()
    {
        const string Text = "packages:\n  own:\n    - { front: pack.png }\n";
        Picture("pack.png", SKColors.Lime, border: 0);
        var first = Load("shelf", Text).Digest;
        Assert.Equal(first, Load("shelf", Text).Digest);
        Picture("pack.png", SKColors.Red, border: 0);
        Assert.NotEqual(first, Load("shelf", Text).Digest);
    }

    [Fact]
    public void A_scene_that_extends_another_finds_the_pictures_beside_that_one()
    {
        Picture("pack.png", SKColors.Lime, border: 0);
        Load("shelf", "packages:\n  own:\n    - { front: pack.png }\n");
        var other = Directory.CreateDirectory(At("other")).FullName;
        File.WriteAllText(Path.Combine(other, "above.yaml"), $"extends: {At("scene.yaml")}\n");
        Assert.Single(Scene.Load(Path.Combine(other, "above.yaml")).Cartons.Own);
    }

    [Theory]
    [InlineData("{ front: gone.png }", "gone.png", "relative to the scene")]
    [InlineData("{ front: text.png }", "text.png", "PNG, JPEG or WebP")]
    [InlineData("{ front: cut.png }", "cut.png", "damaged")]
    [InlineData("{ kind: can }", "packages.own[0]", "front")]
    [InlineData("{ kind: box, wrap: good.png }", "packages.own[0].wrap", "round")]
    [InlineData("{ front: good.png, colour: red }", "packages.own[0].colour", "front")]
    [InlineData("{ model: text.png }", "text.png", "glTF 2.0")]
    [InlineData("{ model: climbs.gltf }", "climbs.gltf", "beside it")]
    [InlineData("{ model: hollow.glb }", "hollow.glb", "triangles")]
    [InlineData("{ model: far.glb }", "far.glb", "0.001")]
    public void A_file_that_cannot_be_used_is_named_with_its_line_and_what_is_wanted(string item, params string[] wanted)
    {
        Picture("good.png", SKColors.Lime, border: 0);
        File.WriteAllText(At("text.png"), "this is no picture");
        File.WriteAllBytes(At("cut.png"), File.ReadAllBytes(At("good.png"))[..60]);
        File.WriteAllText(At("climbs.gltf"), """{"asset":{"version":"2.0"},"buffers":[{"uri":"../../etc/passwd","byteLength":4}]}""");
        ModelRoot.CreateModel().SaveGLB(At("hollow.glb"));
        SampleAsset.Save(At("far.glb"), new Vector3(1e7f));
        var problem = Assert.Throws<ProblemException>(() => Load("shelf", $"packages:\n  own:\n    - {item}\n"));
        Assert.Equal(Problems.SceneInvalid, problem.Kind);
        Assert.Contains("line 4", problem.Message, StringComparison.Ordinal);
        Assert.All(wanted, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', problem.Message);
    }

    private static (int R, int G, int B) Colour(TwinFrame frame, float x, float y)
    {
        var at = (((int)y * frame.Width) + (int)x) * 3;
        return (frame.Bgr[at + 2], frame.Bgr[at + 1], frame.Bgr[at]);
    }

    private static int Count(TwinFrame frame, Func<int, int, int, bool> like) =>
        Enumerable.Range(0, frame.Width * frame.Height).Count(i => like(frame.Bgr[(i * 3) + 2], frame.Bgr[(i * 3) + 1], frame.Bgr[i * 3]));

    /// <summary>Share of the labelled pixels that have a colour.</summary>
    private static double ShareOf(Scene scene, string label, Func<int, int, int, bool> like)
    {
        using var twin = new TwinRenderer(scene, seed: 2);
        int all = 0, right = 0;
        for (var index = 0; index < 2; index++)
        {
            var frame = twin.Render(index);
            var wanted = frame.Annotations.Where(a => a.Label == label).Select(a => a.Id).ToHashSet();
            for (var i = 0; i < frame.Width * frame.Height; i += 5)
            {
                int x = i % frame.Width, y = i / frame.Width;
                if (wanted.Contains(twin.Ids[((frame.Height - 1 - y) * frame.Width) + x]))
                {
                    var (r, g, b) = Colour(frame, x, y);
                    all++;
                    right += like(r, g, b) ? 1 : 0;
                }
            }
        }

        Assert.True(all > 200, $"only {all} pixels of {label}");
        return right / (double)all;
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Picture(string name, SKColor colour, int border)
    {
        using var bitmap = new SKBitmap(100 + (2 * border), 160 + (2 * border));
        bitmap.Erase(SKColors.White);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var paint = new SKPaint { Color = colour };
            canvas.DrawRect(SKRect.Create(border, border, 100, 160), paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(At(name), data.ToArray());
    }

    private Scene Load(string below, string text)
    {
        File.WriteAllText(At("scene.yaml"), $"extends: {below}\n{text}{(text.Contains("light:", StringComparison.Ordinal) || text.Contains("camera:", StringComparison.Ordinal) ? "" : Bright)}");
        return Scene.Load(At("scene.yaml"));
    }
}

using System.Numerics;
using Fleet.Testing;
using Fleet.Twin.Commands;
using Fleet.Twin.Scenes;
using SharpGLTF.Schema2;
using Scene = Fleet.Twin.Scenes.Scene;

namespace Fleet.Twin.Tests;

public sealed class ExportTests
{
    [Theory]
    [InlineData("warehouse")]
    [InlineData("shelf")]
    public void An_exported_world_holds_what_the_frame_labels_where_its_camera_sees_it(string name)
    {
        var scene = Scene.Load(name);
        using var twin = new TwinRenderer(scene, seed: 4);
        var frame = twin.Render(2);
        var glb = twin.Export(2);
        // strict validation is the reader's own
        var root = ModelRoot.ParseGLB(glb);
        var camera = root.LogicalNodes.Single(n => n.Camera is not null);
        Assert.True(Matrix4x4.Invert(camera.WorldMatrix, out var toCamera));
        var lens = Assert.IsType<CameraPerspective>(camera.Camera.Settings);
        var toClip = toCamera * Matrix4x4.CreatePerspectiveFieldOfView(lens.VerticalFOV, lens.AspectRatio!.Value, 0.04f, 80);
        Assert.NotEmpty(frame.Annotations);
        foreach (var annotation in frame.Annotations.Where(a => !a.Truncated && a.Label != ShelfKnobs.EmptyFacing))
        {
            var node = root.LogicalNodes.First(n => n.Name == $"{annotation.Id} {annotation.Label}");
            var at = Vector4.Transform(new Vector4(node.WorldMatrix.Translation, 1), toClip);
            float x = ((at.X / at.W) + 1) * frame.Width / 2, y = (1 - (at.Y / at.W)) * frame.Height / 2;
            var whole = annotation.AmodalBox!.Value;
            Assert.InRange(x, whole.X, whole.X + whole.Width);
            Assert.InRange(y, whole.Y, whole.Y + whole.Height);
        }

        Assert.All(root.LogicalMaterials, m => Assert.NotNull(m.FindChannel("BaseColor")?.Texture));
        Assert.Equal(glb, twin.Export(2));
    }

    [Fact]
    public void A_world_that_was_exported_with_an_asset_in_it_holds_the_asset()
    {
        using var folder = new TempFolder();
        SampleAsset.Save(Path.Combine(folder.Path, "box.glb"), new Vector3(0.1f, 0.2f, 0.1f));
        var path = Path.Combine(folder.Path, "scene.yaml");
        File.WriteAllText(path, "extends: shelf\npackages:\n  ownShare: 1\n  own: [ { model: box.glb, label: toy } ]\n");
        using var twin = new TwinRenderer(Scene.Load(path), seed: 4);
        var root = ModelRoot.ParseGLB(twin.Export(1));
        Assert.Contains(root.LogicalNodes, n => n.Name?.EndsWith(" toy", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void The_night_sky_has_no_geometry_to_export()
    {
        var mistake = Assert.Throws<UsageException>(() => ExportCommand.Run(["night-sky", "--out", "sky.glb"], TextWriter.Null));
        Assert.Contains("warehouse and shelf", mistake.Message, StringComparison.Ordinal);
    }
}

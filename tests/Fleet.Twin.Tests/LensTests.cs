using System.Numerics;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Optics;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class LensTests
{
    private const string Wide = "  fov: [50, 66]\n  lens: { k1: [-0.26, -0.2], k2: 0.06, p1: 0.002, p2: -0.001 }\n";

    private static readonly Lens Askew = new(420, 415, 335, 228, -0.3f, 0.09f, -0.01f, 0.001f, -0.002f);

    [Fact]
    public void Coefficients_mean_what_they_mean_in_OpenCV()
    {
        // x(1 + k1 r2 + k2 r4 + k3 r6) + 2 p1 x y + p2 (r2 + 2 x2) at (0.5, -0.4), and its like for y, worked out apart
        var pixel = Askew.ToPixel(new Vector2(0.5f, -0.4f));
        Assert.Equal(521.270f, pixel.X, 0.01f);
        Assert.Equal(80.656f, pixel.Y, 0.01f);
    }

    [Fact]
    public void What_a_pixel_shows_is_shown_at_that_pixel()
    {
        foreach (var pixel in new Vector2[] { new(0, 0), new(640, 0), new(0, 480), new(640, 480), new(335, 228), new(100, 300) })
        {
            var seen = Askew.ToTangent(pixel);
            Assert.NotNull(seen);
            Assert.InRange(Vector2.Distance(pixel, Askew.ToPixel(seen.Value)), 0, 0.02f);
        }
    }

    [Theory]
    [InlineData("warehouse")]
    [InlineData("shelf")]
    public void Labels_follow_the_bent_picture(string below)
    {
        using var folder = new TempFolder();
        var bent = Load(folder, below, "  fov: 60\n  lens: { k1: -0.25, k2: 0.05 }\n");
        using var straightTwin = new TwinRenderer(Load(folder, below, "  fov: 60\n"), seed: 3);
        using var bentTwin = new TwinRenderer(bent, seed: 3);
        var lens = Lens.Of(bent.Camera, MathF.PI / 3) with { K1 = -0.25f, K2 = 0.05f };
        int width = bent.Camera.Width, height = bent.Camera.Height, same = 0, all = 0;
        for (var index = 0L; index < 2; index++)
        {
            straightTwin.Annotate(index);
            bentTwin.Annotate(index);
            for (var i = 0; i < width * height; i += 37)
            {
                int x = i % width, row = i / width;
                // a barrel shows all that the straight frame shows, somewhere
                var at = lens.ToPixel(new Vector2((x + 0.5f - (width / 2f)) / lens.Fx, (height - row - 0.5f - (height / 2f)) / lens.Fy));
                all++;
                same += bentTwin.Ids[((height - 1 - (int)at.Y) * width) + (int)at.X] == straightTwin.Ids[i] ? 1 : 0;
            }
        }

        Assert.True(same > all * 0.95, $"{same} of {all} pixels show what the lens says");
    }

    [Theory]
    [InlineData("warehouse")]
    [InlineData("shelf")]
    public void The_whole_object_encloses_what_can_be_seen_of_it(string below)
    {
        using var folder = new TempFolder();
        using var twin = new TwinRenderer(Load(folder, below, Wide), seed: 3);
        var seen = Enumerable.Range(0, 2).SelectMany(i => twin.Annotate(i)).ToList();
        Assert.NotEmpty(seen);
        Assert.All(seen, a =>
        {
            var whole = a.AmodalBox!.Value;
            Assert.True(
                a.Box.X >= whole.X - 2 && a.Box.Y >= whole.Y - 2 && a.Box.X + a.Box.Width <= whole.X + whole.Width + 2 && a.Box.Y + a.Box.Height <= whole.Y + whole.Height + 2,
                $"{a.Box} is not within {whole}");
        });
    }

    [Fact]
    public void A_frame_behind_a_lens_is_the_same_bytes_whatever_was_rendered_before()
    {
        using var folder = new TempFolder();
        var scene = Load(folder, "shelf", Wide);
        using var inOrder = new TwinRenderer(scene, seed: 5);
        using var jumping = new TwinRenderer(scene, seed: 5);
        inOrder.Render(0);
        Assert.Equal(inOrder.Render(1).Bgr, jumping.Render(1).Bgr);
    }

    [Theory]
    [InlineData("  fov: 90\n  lens: { k1: -0.6 }\n", "line 4", "camera.lens", "nearer to 0")]
    [InlineData("  lens: { k4: 0.1 }\n", "line 3", "camera.lens.k4", "k1, k2, k3, p1, p2")]
    [InlineData("  intrinsics: { fx: 400 }\n", "line 3", "camera.intrinsics", "fy")]
    public void A_lens_that_cannot_be_is_refused_with_line_and_remedy(string camera, params string[] wanted)
    {
        using var folder = new TempFolder();
        var problem = Assert.Throws<ProblemException>(() => Load(folder, "warehouse", camera));
        Assert.All(wanted, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Smaller_frames_of_the_same_camera_have_its_intrinsics_made_smaller()
    {
        using var folder = new TempFolder();
        var camera = Load(folder, "warehouse", "  width: 640\n  height: 480\n  intrinsics: { fx: 400, fy: 410, cx: 330, cy: 250 }\n").Camera;
        Assert.Equal(2 * MathF.Atan(240f / 410) * 180 / MathF.PI, camera.FovDegrees.Low, 0.001f);
        Assert.Equal(new IntrinsicsKnobs(200, 205, 165, 125), camera.Resized(320, 240).Intrinsics);
    }

    private static Scene Load(TempFolder folder, string below, string camera)
    {
        var path = Path.Combine(folder.Path, "lens.yaml");
        File.WriteAllText(path, $"extends: {below}\ncamera:\n{camera}");
        return Scene.Load(path);
    }
}

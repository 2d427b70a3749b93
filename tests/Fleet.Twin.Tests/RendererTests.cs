using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class RendererTests
{
    [Theory]
    [InlineData("warehouse")]
    [InlineData("warehouse-field")]
    [InlineData("shelf")]
    [InlineData("night-sky")]
    public void A_frame_is_the_same_bytes_whatever_was_rendered_before(string name)
    {
        var scene = Scene.Load(name);
        using var inOrder = new TwinRenderer(scene, seed: 5);
        using var jumping = new TwinRenderer(scene, seed: 5);
        var expected = new[] { 0L, 1, 400 }.ToDictionary(i => i, i => Digest(inOrder.Render(i)));

        foreach (var index in new[] { 400L, 0, 1 })
        {
            Assert.Equal(expected[index], Digest(jumping.Render(index)));
        }

        Assert.Equal(3, expected.Values.Distinct().Count());
    }

    [Fact]
    public async Task Renderers_on_several_threads_do_not_disturb_each_other()
    {
        var scene = Scene.Load("warehouse");
        string Frame(long index)
        {
            using var twin = new TwinRenderer(scene, seed: 9);
            return Digest(twin.Render(index));
        }

        var alone = Frame(2);
        var together = await Task.WhenAll(Task.Run(() => Frame(2)), Task.Run(() => Frame(2)));
        Assert.All(together, digest => Assert.Equal(alone, digest));
    }

    [Theory]
    [InlineData("warehouse")]
    [InlineData("warehouse-field")]
    [InlineData("shelf")]
    public void Boxes_hold_exactly_the_visible_pixels_of_their_cartons(string name)
    {
        var scene = Scene.Load(name);
        using var twin = new TwinRenderer(scene, seed: 3);
        var seen = 0;
        for (var index = 0L; index < 4; index++)
        {
            var annotations = twin.Annotate(index);
            var boxes = BoxesOf(twin.Ids, scene.Camera.Width, scene.Camera.Height);
            Assert.All(annotations, a => Assert.Contains(a.Box, boxes));
            Assert.All(annotations, a => Assert.InRange(a.VisibleFraction, scene.Boxes.MinVisible, 1));
            Assert.All(annotations, a => Assert.True(
                a.Box.X >= 0 && a.Box.Y >= 0 && a.Box.X + a.Box.Width <= scene.Camera.Width && a.Box.Y + a.Box.Height <= scene.Camera.Height));
            seen += annotations.Count;
        }

        Assert.True(seen > 4, $"only {seen} cartons in four frames");
    }

    [Fact]
    public void Truth_and_picture_agree_on_what_is_annotated()
    {
        using var twin = new TwinRenderer(Scene.Load("warehouse-field"), seed: 3);
        var rendered = twin.Render(12).Annotations;
        Assert.Equal(rendered, twin.Annotate(12));
        Assert.All(rendered, a => Assert.Equal("box", a.Label));
    }

    [Fact]
    public void On_a_site_cartons_come_and_go_while_most_of_the_picture_stays()
    {
        using var twin = new TwinRenderer(Scene.Load("warehouse-field"), seed: 3);
        var first = twin.Annotate(0);
        var soon = twin.Annotate(1);
        var later = twin.Annotate(30);
        var kept = soon.Count(a => first.Any(b => b.Box == a.Box));
        Assert.True(kept * 2 > soon.Count, $"{kept} of {soon.Count} boxes stayed for one frame");
        Assert.NotEqual(first, later);
    }

    private static string Digest(TwinFrame frame) =>
        Convert.ToHexString(SHA256.HashData(frame.Bgr)) + string.Join(';', frame.Annotations);

    private static HashSet<Box> BoxesOf(ReadOnlySpan<uint> ids, int width, int height)
    {
        var extents = new Dictionary<uint, (int Left, int Top, int Right, int Bottom)>();
        for (var i = 0; i < ids.Length; i++)
        {
            int x = i % width, y = height - 1 - (i / width);
            if (ids[i] != 0)
            {
                var e = extents.TryGetValue(ids[i], out var known) ? known : (Left: x, Top: y, Right: x, Bottom: y);
                extents[ids[i]] = (Math.Min(e.Left, x), Math.Min(e.Top, y), Math.Max(e.Right, x), Math.Max(e.Bottom, y));
            }
        }

        return [.. extents.Values.Select(e => new Box(e.Left, e.Top, e.Right - e.Left + 1, e.Bottom - e.Top + 1))];
    }
}

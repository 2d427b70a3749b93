using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class ShelfTests
{
    [Fact]
    public void Eight_kinds_of_packages_and_empty_facings_are_labelled()
    {
        var scene = Scene.Load("shelf");
        Assert.Equal(["box", "can", "bottle", "bag", "jar", "carton", "tub", "tube", "empty"], scene.Classes);
        using var twin = new TwinRenderer(scene, seed: 4);
        var seen = Enumerable.Range(0, 40).SelectMany(i => twin.Annotate(i * 10)).Select(a => a.Label).ToHashSet();
        Assert.Equal(scene.Classes.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_empty_facing_is_where_no_package_can_be_seen()
    {
        using var twin = new TwinRenderer(Scene.Load("shelf"), seed: 4);
        var empty = 0;
        for (var index = 0; empty < 6; index++)
        {
            var annotations = twin.Annotate(index);
            foreach (var gap in annotations.Where(a => a.Label == ShelfKnobs.EmptyFacing))
            {
                empty++;
                Assert.DoesNotContain(annotations, a => a.Label != ShelfKnobs.EmptyFacing && Iou(a.Box, gap.Box) > 0.75f);
            }
        }
    }

    [Fact]
    public void A_full_shelf_without_gaps_has_no_class_for_them()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "full.yaml");
        File.WriteAllText(path, "world: shelf\nshelf:\n  empty: 0\n  kinds: { box: 1, can: 1, bottle: 0, bag: 0, jar: 0, carton: 0, tub: 0, tube: 0 }\n");
        var scene = Scene.Load(path);
        Assert.Equal(["box", "can"], scene.Classes);
        using var twin = new TwinRenderer(scene, seed: 1);
        Assert.All(Enumerable.Range(0, 5).SelectMany(i => twin.Annotate(i)), a => Assert.Contains(a.Label, scene.Classes));
    }

    [Theory]
    [InlineData("shelf:\n  kinds: { crate: 1 }", "line 3", "crate")]
    [InlineData("shelf:\n  empty: 3", "line 3", "empty")]
    [InlineData("cartons:\n  styles: 3", "line 2", "cartons")]
    public void A_mistake_in_a_shelf_names_its_field_and_line(string text, string line, string field)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, "world: shelf\n" + text + "\n");
        var problem = Assert.Throws<ProblemException>(() => Scene.Load(path));
        Assert.Contains(line, problem.Message, StringComparison.Ordinal);
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
    }

    private static float Iou(Box a, Box b)
    {
        var width = MathF.Min(a.X + a.Width, b.X + b.Width) - MathF.Max(a.X, b.X);
        var height = MathF.Min(a.Y + a.Height, b.Y + b.Height) - MathF.Max(a.Y, b.Y);
        var both = MathF.Max(0, width) * MathF.Max(0, height);
        return both / ((a.Width * a.Height) + (b.Width * b.Height) - both);
    }
}

using Fleet.Testing;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class PackingTests
{
    [Theory]
    [InlineData("conveyors", "conveyor: { height: 0.9, belt: 0 }", 0.9f)]
    [InlineData("stations", "station: { height: 0.8, goods: [2, 4], worker: 0 }", 0.8f)]
    public void Goods_stand_on_what_carries_them(string layout, string knobs, float heightM)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "line.yaml");
        File.WriteAllText(path, $"layouts: {{ {layout}: 1 }}\n{knobs}\ncartons: {{ open: 0 }}\n");
        using var twin = new TwinRenderer(Scene.Load(path), seed: 6);
        var seen = 0;
        for (var index = 0L; index < 2; index++)
        {
            seen += twin.Annotate(index).Count;
            var root = SharpGLTF.Schema2.ModelRoot.ParseGLB(twin.Export(index));
            var feet = root.LogicalNodes.Where(n => n.Name?.EndsWith(" box", StringComparison.Ordinal) == true).Select(n => n.WorldMatrix.Translation.Y - (n.WorldMatrix.M22 / 2)).ToList();
            Assert.Contains(feet, f => MathF.Abs(f - heightM) < 0.01f);
            Assert.All(feet, f => Assert.True(f > heightM - 0.01f || f < 0.01f, $"a carton's foot is {f} m above the floor"));
        }

        Assert.True(seen > 1, $"only {seen} cartons in two frames");
    }
}

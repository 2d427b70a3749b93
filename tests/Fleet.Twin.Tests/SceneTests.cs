using System.Text.Json;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Commands;
using Fleet.Twin.Scenes;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Tests;

public sealed class SceneTests
{
    [Theory]
    [InlineData("label: box\ncamera:\n  width: 320\n  hieght: 240\n", "line 4", "camera.hieght", "height")]
    [InlineData("layouts:\n  pallets: 1\n  rack: 2\n", "line 3", "layouts.rack", "racks")]
    [InlineData("layouts:\n  pallets: many\n", "line 2", "layouts.pallets", "a number from 0 to 1000")]
    [InlineData("layouts:\n  floor: 1\nsensor:\n  noise: [9, 2]\n", "line 4", "sensor.noise", "the lower one first")]
    [InlineData("layouts:\n  floor: 1\n  floor: [1\n", "line", "scene.yaml", "YAML")]
    [InlineData("camera:\n  width: 320\n", "layouts", "weight above 0", "pallets")]
    public void A_mistake_is_one_sentence_with_line_field_and_what_is_allowed(string yaml, params string[] wanted)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "scene.yaml");
        File.WriteAllText(path, yaml);

        var problem = Assert.Throws<ProblemException>(() => Scene.Load(path));

        Assert.Equal(Problems.SceneInvalid, problem.Kind);
        Assert.All(wanted, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void A_hostile_depth_is_refused_with_its_place_and_does_not_end_the_process()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "scene.yaml");
        File.WriteAllText(path, "layouts:\n  floor: " + new string('[', 100_000));

        var problem = Assert.Throws<ProblemException>(() => Scene.Load(path));

        Assert.Contains("line 2: this is not YAML", problem.Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper than 32", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_lists_the_scenes_there_are()
    {
        var problem = Assert.Throws<ProblemException>(() => Scene.Load("wharehouse"));
        Assert.Contains("packing, shelf, warehouse, warehouse-field", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_schema_is_what_the_reader_asks_for()
    {
        var published = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scene.schema.json"));
        Assert.Equal(SchemaCommand.Text(), published.TrimEnd());
    }

    [Theory]
    [InlineData("warehouse")]
    [InlineData("warehouse-field")]
    [InlineData("packing")]
    [InlineData("shelf")]
    [InlineData("night-sky")]
    [InlineData("night-sky-streaks")]
    public void Each_shipped_scene_says_only_what_the_schema_knows(string name)
    {
        using var schema = JsonDocument.Parse(SchemaCommand.Text());
        var world = Scene.Load(name).World switch { SceneWorld.NightSky => "night-sky", SceneWorld.Shelf => "shelf", _ => "warehouse" };
        var known = schema.RootElement.GetProperty("oneOf").EnumerateArray().Single(w => w.GetProperty("title").GetString() == world).GetProperty("properties");
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Repository.Root, "synthetic-data", "scenes", name + ".yaml"))));
        foreach (var (key, value) in (YamlMappingNode)yaml.Documents[0].RootNode)
        {
            Assert.True(known.TryGetProperty(key.ToString(), out var field), $"{key}");
            foreach (var inner in value is YamlMappingNode map ? map.Children.Keys : [])
            {
                Assert.True(field.GetProperty("properties").TryGetProperty(inner.ToString(), out _), $"{key}.{inner}");
            }
        }
    }

    [Fact]
    public void Another_file_has_another_digest()
    {
        Assert.StartsWith("sha256:", Scene.Load("warehouse").Digest, StringComparison.Ordinal);
        Assert.NotEqual(Scene.Load("warehouse").Digest, Scene.Load("warehouse-field").Digest);
    }
}

using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class SceneFuzzTests
{
    [Fact]
    public void A_scene_is_read_or_refused_with_a_sentence()
    {
        using var folder = new TempFolder();
        var path = folder.At("mutant.yaml");
        var seeds = new[] { "warehouse", "shelf", "night-sky", "packing" }.Select(name => File.ReadAllBytes(SceneFiles.Find(name))).ToList();

        Mutants.Feed(seeds, few: 300, mutant =>
        {
            File.WriteAllBytes(path, mutant);
            try
            {
                Scene.Load(path);
            }
            catch (ProblemException)
            {
                // refused as it should be
            }
        });
    }
}

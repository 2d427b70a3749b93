using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Training.Recipes;

namespace Fleet.Training.Tests;

public class RecipeReaderTests
{
    [Theory]
    [InlineData("trian: { steps: 3 }", "recipe.yaml, line 5: the field 'trian' is not known here; allowed are model, classes")]
    [InlineData("train: { steps: many }", "recipe.yaml, line 5: the field 'train.steps' is 'many', but must be a whole number from 0")]
    [InlineData("train: { steps: 3, rat: 1 }", "recipe.yaml, line 5: the field 'train.rat' is not known here; allowed are steps, batch, rate")]
    [InlineData("sparsity: sparse", "line 5: the field 'sparsity' is 'sparse', but must be dense, prune")]
    [InlineData("frames: 5", "line 1: the field 'train' is missing")]
    public void Says_line_and_field_of_what_is_wrong(string line, string expected)
    {
        var problem = Assert.Throws<ProblemException>(() => A.Recipe(line));
        Assert.Equal(Problems.RecipeInvalid, problem.Kind);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_pruning_without_training_after_it()
    {
        var problem = Assert.Throws<ProblemException>(() => A.Recipe("train: { steps: 3 }\nsparsity: prune"));
        Assert.Contains("retrain", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_depth_is_refused_and_does_not_end_the_process()
    {
        var problem = Assert.Throws<ProblemException>(() => A.Recipe("classes: " + new string('[', 100_000)));
        Assert.Contains("nested deeper than 32", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_recipes_that_ship_with_Fleet() =>
        Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "synthetic-data", "recipes"), "*.yaml"), file => Assert.NotEmpty(RecipeReader.Load(file).Scenes));
}

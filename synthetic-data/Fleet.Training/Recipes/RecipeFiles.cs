using Fleet.Contracts;

namespace Fleet.Training.Recipes;

/// <summary>Where recipes lie: a path, or in the repository above the program.</summary>
internal static class RecipeFiles
{
    /// <exception cref="ProblemException"><see cref="Problems.RecipeInvalid"/>: there is no such recipe.</exception>
    public static string Find(string pathOrName)
    {
        if (File.Exists(pathOrName))
        {
            return pathOrName;
        }

        var shipped = Shipped().DistinctBy(Path.GetFileNameWithoutExtension).ToList();
        return shipped.Find(f => Path.GetFileNameWithoutExtension(f) == pathOrName) ?? throw new ProblemException(
            Problems.RecipeInvalid,
            $"There is no recipe at {pathOrName}: give the path of a YAML file, or one of the shipped recipes {string.Join(", ", shipped.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal))}.");
    }

    private static IEnumerable<string> Shipped()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, "synthetic-data", "recipes");
            foreach (var file in Directory.Exists(place) ? Directory.EnumerateFiles(place, "*.yaml") : [])
            {
                yield return file;
            }
        }
    }
}

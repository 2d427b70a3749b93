using Fleet.Contracts;

namespace Fleet.Twin.Scenes;

/// <summary>Where scenes lie: a path, beside the program, or in the repository above it.</summary>
internal static class SceneFiles
{
    public static string Find(string pathOrName)
    {
        if (File.Exists(pathOrName))
        {
            return Path.GetFullPath(pathOrName);
        }

        var shipped = Shipped();
        if (shipped.TryGetValue(pathOrName, out var path))
        {
            return path;
        }

        throw new ProblemException(
            Problems.SceneInvalid,
            $"There is no scene '{pathOrName}': give the path of a YAML file or one of the shipped scenes {string.Join(", ", shipped.Keys)}.");
    }

    private static SortedDictionary<string, string> Shipped()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var place in new[] { "scenes", "synthetic-data/scenes" })
            {
                AddFrom(Path.Combine(folder.FullName, place), found);
            }
        }

        return found;
    }

    private static void AddFrom(string folder, SortedDictionary<string, string> found)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml"))
        {
            found.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        }
    }
}

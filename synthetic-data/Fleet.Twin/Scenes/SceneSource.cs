using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Scenes;

/// <summary>The text of a scene and of the scenes it extends, as one mapping.</summary>
/// <param name="Root">What the file says on top of what it extends.</param>
/// <param name="Digest"><c>sha256:</c> and the hash of everything that was read.</param>
/// <param name="Files">The files that were read, the scene's own first.</param>
/// <param name="Folders">Where the files lie, the scene's own first: other files are named relative to them.</param>
internal sealed record SceneSource(YamlMappingNode Root, string Digest, IReadOnlyList<string> Files, IReadOnlyList<string> Folders)
{
    private const string Extends = "extends";
    private const int MaxDepth = 4;

    public static SceneSource Load(string path) => Load(path, depth: 0);

    private static SceneSource Load(string path, int depth)
    {
        var bytes = ReadAll(path);
        var root = Parse(path, bytes);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!root.Children.TryGetValue(new YamlScalarNode(Extends), out var named))
        {
            return new SceneSource(root, DigestOf(bytes), [path], [folder]);
        }

        if (named is not YamlScalarNode { Value.Length: > 0 } name || depth >= MaxDepth)
        {
            throw new ProblemException(
                Problems.SceneInvalid,
                $"{Path.GetFileName(path)}, line {named.Start.Line}: '{Extends}' must name one scene, a file beside this one or a shipped scene, and no more than {MaxDepth} may extend each other.");
        }

        var beside = Path.Combine(folder, name.Value);
        var below = SceneFiles.Find(File.Exists(beside) ? beside : name.Value);
        var first = Load(below, depth + 1);
        if (depth == 0)
        {
            // read on its own too: a mistake there is told with the right file's name
            _ = SceneReader.Read(below);
        }

        return new SceneSource(Merge(first.Root, root), DigestOf([.. bytes, .. Encoding.UTF8.GetBytes(first.Digest)]), [path, .. first.Files], [folder, .. first.Folders]);
    }

    private static YamlMappingNode Merge(YamlMappingNode below, YamlMappingNode above)
    {
        var merged = new YamlMappingNode(below.Children);
        foreach (var (key, value) in above.Children)
        {
            if (key is YamlScalarNode { Value: Extends })
            {
                continue;
            }

            merged.Children[key] = value is YamlMappingNode own && merged.Children.TryGetValue(key, out var other) && other is YamlMappingNode theirs ? Merge(theirs, own) : value;
        }

        return merged;
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.SceneInvalid, $"The scene {path} cannot be read: {cause.Message}", cause);
        }
    }

    private static YamlMappingNode Parse(string path, byte[] bytes)
    {
        var file = Path.GetFileName(path);
        try
        {
            using var text = new StreamReader(new MemoryStream(bytes));
            return YamlText.Read(text.ReadToEnd())
                ?? throw new ProblemException(Problems.SceneInvalid, $"{file} is not a scene: one YAML document of 'field: value' lines is wanted.");
        }
        catch (YamlException cause)
        {
            throw new ProblemException(
                Problems.SceneInvalid,
                $"{file}, line {cause.Start.Line}: this is not YAML ({cause.Message.TrimEnd('.')}); mend that line.",
                cause);
        }
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Everything an engine depends on.</summary>
/// <param name="Model">Digest of the ONNX file.</param>
/// <param name="Runtime">Version of ONNX Runtime.</param>
/// <param name="Provider">Execution provider.</param>
/// <param name="Machine">Processor and what it can do.</param>
/// <param name="Options">Session options that change the engine.</param>
public sealed record EngineKey(Digest Model, string Runtime, string Provider, string Machine, string Options)
{
    /// <summary>Name of the engine's file.</summary>
    public string FileName => $"{Model.Hex}-{Digest.Of(Encoding.UTF8.GetBytes($"{Runtime}\n{Provider}\n{Machine}\n{Options}")).Hex[..16]}{EngineCache.Extension}";

    /// <summary>The key on this machine.</summary>
    public static EngineKey Of(Digest model, string provider, string options) =>
        new(model, OrtEnv.Instance().GetVersionString(), provider, ThisMachine(), options);

    private static string ThisMachine()
    {
        const string Description = "/proc/cpuinfo";
        var facts = File.Exists(Description)
            ? File.ReadLines(Description).Where(l => l.StartsWith("model name", StringComparison.Ordinal) || l.StartsWith("flags", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal)).Take(2)
            : [];
        return $"{RuntimeInformation.OSArchitecture}\n{string.Join('\n', facts)}";
    }
}

/// <summary>Engines kept in a folder, each with a checksum in front: one that is damaged is as good as none and is built anew.</summary>
/// <param name="folder">Made when absent.</param>
public sealed class EngineCache(string folder)
{
    internal const string Extension = ".engine";

    /// <summary>The engine kept under <paramref name="key"/>; null when there is none or it is damaged.</summary>
    public byte[]? Read(EngineKey key)
    {
        var path = Path.Combine(folder, key.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var isWhole = bytes.Length > SHA256.HashSizeInBytes
            && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes));
        return isWhole ? bytes[SHA256.HashSizeInBytes..] : null;
    }

    /// <summary>Keeps <paramref name="engine"/>: to disk first, then under its name; older engines of the same model go.</summary>
    public void Keep(EngineKey key, ReadOnlySpan<byte> engine)
    {
        var temporary = TemporaryPath();
        using (var file = File.Create(temporary))
        {
            file.Write(SHA256.HashData(engine));
            file.Write(engine);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path.Combine(folder, key.FileName), overwrite: true);
        foreach (var old in Directory.EnumerateFiles(folder, $"{key.Model.Hex}-*{Extension}").Where(f => Path.GetFileName(f) != key.FileName))
        {
            File.Delete(old);
        }
    }

    /// <summary>Removes the engines of all models but <paramref name="models"/>.</summary>
    public void Trim(IReadOnlySet<Digest> models)
    {
        var kept = models.Select(m => m.Hex).ToHashSet();
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"*{Extension}") : [])
        {
            if (!kept.Contains(Path.GetFileName(file).Split('-')[0]))
            {
                File.Delete(file);
            }
        }
    }

    internal string TemporaryPath() => Path.Combine(Directory.CreateDirectory(folder).FullName, $"{Path.GetRandomFileName()}.tmp");
}

using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Trust;

namespace Fleet.Agent.State;

/// <summary>Reads and writes the state: a line with the SHA-256 of the rest, then JSON. The file before it is kept.</summary>
internal static class StateFile
{
    private const int HashHexLength = 64;

    public static void Write(string path, AgentState state)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.AgentState);
        if (TryRead(path) is not null)
        {
            DurableFile.Move(path, Predecessor(path));
        }

        DurableFile.Write(path, [.. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json)) + "\n"), .. json], DurableFile.Secret);
    }

    /// <summary>The newest state that is whole: the file's, else its predecessor's, else none.</summary>
    /// <param name="path">The state file.</param>
    /// <param name="damaged">A file was there that could not be used.</param>
    public static AgentState? Read(string path, out bool damaged)
    {
        damaged = false;
        foreach (var candidate in (string[])[path, Predecessor(path)])
        {
            if (TryRead(candidate) is { } state)
            {
                return state;
            }

            damaged |= File.Exists(candidate);
        }

        return null;
    }

    public static string Predecessor(string path) => path + ".1";

    private static AgentState? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length <= HashHexLength || bytes[HashHexLength] != '\n')
        {
            return null;
        }

        var json = bytes.AsSpan(HashHexLength + 1);
        return Convert.ToHexStringLower(SHA256.HashData(json)) == System.Text.Encoding.ASCII.GetString(bytes, 0, HashHexLength)
            ? JsonSerializer.Deserialize(json, StateJson.Default.AgentState)
            : null;
    }
}

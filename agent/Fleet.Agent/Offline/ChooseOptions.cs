using System.Globalization;
using System.Text.Json;
using Fleet.Agent.Triggers;
using Fleet.Contracts;

namespace Fleet.Agent.Offline;

/// <summary>What <c>fleet choose</c> was asked.</summary>
/// <param name="Run">Model, recording and results, as for <c>fleet infer</c>.</param>
/// <param name="Keep">Frames to keep, at most.</param>
/// <param name="Policy">By which they are chosen.</param>
/// <param name="Memory">File of the pictures that were kept before; null where there were none.</param>
internal sealed record ChooseOptions(InferOptions Run, int Keep, DevicePolicy Policy, string? Memory)
{
    public const string Usage = """
        fleet choose --model FILE|NAME@VERSION --camera URI --keep N --out FILE [options]   which frames of a recording a device would keep, and why
          --keep N            frames to keep, at most; all of the recording is one pool
          --out FILE          what was kept, in the order of choice, and what was thought of each frame, as JSON
          --policy FILE       a device's policy as JSON (docs/gathering.md); else the usual one
          --memory FILE       pictures that were kept before, which are not novel any more; written again at the end
          --seed S            of chance, where the policy's is not meant
          and of fleet infer: --card, --frames, --threshold, --head, --classes, --size and what else says how the network is fed
        """;

    private const int MostFrames = 100_000;
    private static readonly string[] Own = ["keep", "policy", "memory", "seed"];

    /// <exception cref="UsageException">Something is missing or not understood.</exception>
    public static ChooseOptions Parse(IReadOnlyList<string> arguments)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var name = parts[0].StartsWith("--", StringComparison.Ordinal) ? parts[0][2..] : "";
            if (!Own.Contains(name, StringComparer.Ordinal))
            {
                rest.Add(arguments[i]);
                continue;
            }

            own[name] = parts.Length == 2 ? parts[1] : ++i < arguments.Count ? arguments[i] : throw new UsageException($"--{name} needs a value.\n{Usage}");
        }

        var run = Recording(rest);
        var keep = own.TryGetValue("keep", out var wanted) ? Whole("keep", wanted) : throw new UsageException($"--keep is missing: how many frames may be kept?\n{Usage}");
        return keep is > 0 and <= MostFrames
            ? new(run, (int)keep, PolicyOf(own, (int)keep), own.GetValueOrDefault("memory"))
            : throw new UsageException($"--keep is {keep}, wanted is 1 to {MostFrames}.");
    }

    private static InferOptions Recording(List<string> rest)
    {
        var run = InferOptions.Parse(rest);
        return run.Draw is null ? run : throw new UsageException("--draw belongs to fleet infer; choose writes no pictures.");
    }

    private static DevicePolicy PolicyOf(Dictionary<string, string> own, int keep)
    {
        var policy = own.TryGetValue("policy", out var path) ? Read(path) : new DevicePolicy();
        if (own.TryGetValue("seed", out var seed))
        {
            policy.Gather.Seed = Whole("seed", seed);
        }

        // the whole budget is there at the start: a recording has no hours
        return policy with { SamplesPerHour = (int)Math.Ceiling(keep / PoolTokens.AtStart), PreviewSeconds = 0 };
    }

    private static DevicePolicy Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), FleetJson.Strict.DevicePolicy)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"The policy {path} cannot be read: {e.Message}", e);
        }
    }

    private static long Whole(string name, string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UsageException($"--{name} {text} is not understood.\n{Usage}");
}

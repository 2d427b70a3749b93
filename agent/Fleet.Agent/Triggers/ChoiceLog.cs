using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Triggers;

/// <summary>A choice with all that it followed from.</summary>
/// <param name="Device">The device.</param>
/// <param name="Camera">The camera.</param>
/// <param name="At">When the pool ended.</param>
/// <param name="Settings">The policy's figures.</param>
/// <param name="Pool">The pool at its end.</param>
/// <param name="Choice">What was kept of it.</param>
/// <param name="Facts">What was known of each frame in <see cref="PoolState.ByTrigger"/>.</param>
internal sealed record PoolRecord(
    DeviceId Device, CameraId Camera, DateTimeOffset At, TriggerSettings Settings, PoolState Pool, PoolChoice Choice, IReadOnlyList<FrameFacts> Facts)
{
    /// <summary>Draws, values and choice made anew from what the record says.</summary>
    /// <returns>What differs; empty where it replays.</returns>
    public IReadOnlyList<string> Replay()
    {
        var seed = Settings.Gather.Seed;
        var again = PoolPlanner.Choose(Pool);
        var draws = Pool.ByChance.Concat(Pool.ByTrigger)
            .Where(f => f.Draw != SampleTriggers.Draw(Device, Camera, f.Frame, seed)).Select(f => $"the draw of frame {f.Frame}");
        var values = Pool.ByTrigger.Zip(Facts)
            .Where(p => p.First.Frame != p.Second.Frame || p.First.Value != TriggerRules.Value(p.Second, Settings.Gather)).Select(p => $"the value of frame {p.First.Frame}");
        (string Name, IReadOnlyList<long> Then, IReadOnlyList<long> Now)[] lists =
            [("the frames chosen by chance", Choice.Randoms, again.Randoms), ("the frames chosen by trigger", Choice.Picks, again.Picks), ("the frames cut for bytes", Choice.Cut, again.Cut)];
        return [.. draws, .. values, .. lists.Where(l => !l.Then.SequenceEqual(l.Now)).Select(l => l.Name)];
    }
}

/// <summary>Every choice, a line of JSON each, in two files of bounded size. A line that a power cut tore is left out.</summary>
internal sealed class ChoiceLog(AgentPaths paths)
{
    private const long MostBytes = 4L << 20;

    private string Newest => Path.Combine(paths.Choices, "choices.jsonl");

    private string Older => Path.Combine(paths.Choices, "choices.1.jsonl");

    public void Write(PoolRecord record)
    {
        if (new FileInfo(Newest) is { Exists: true, Length: >= MostBytes })
        {
            File.Move(Newest, Older, overwrite: true);
        }

        Directory.CreateDirectory(paths.Choices);
        File.AppendAllText(Newest, JsonSerializer.Serialize(record, ChoiceJson.Default.PoolRecord) + "\n");
    }

    /// <summary>Oldest first.</summary>
    public IEnumerable<PoolRecord> Read() =>
        new[] { Older, Newest }.Where(File.Exists).SelectMany(File.ReadLines).Select(Parse).OfType<PoolRecord>();

    private static PoolRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ChoiceJson.Default.PoolRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PoolRecord))]
internal sealed partial class ChoiceJson : JsonSerializerContext;

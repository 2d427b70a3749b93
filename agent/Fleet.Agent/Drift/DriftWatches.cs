using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Agent.Cameras;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Drift;

/// <summary>The drift of every camera. Brings each its reference beside the frame path: the golden clip of its version, or the first frames that were stored before.</summary>
internal sealed partial class DriftWatches(StateStore store, BlobStore blobs, AgentPaths paths, TimeProvider time, ILogger<DriftWatches> log)
{
    private readonly ConcurrentDictionary<CameraId, DriftWatch> _cameras = new();
    private readonly ConcurrentDictionary<CameraId, bool> _alarmed = new();

    /// <summary>The watch of a camera; it outlives a camera that is set anew.</summary>
    public DriftWatch Of(CameraId camera) => _cameras.GetOrAdd(camera, id => new DriftWatch(id, time));

    public IReadOnlyList<DriftState> Read()
    {
        var wanted = store.Current.Desired?.Cameras.Select(c => c.Id).ToHashSet() ?? [];
        return [.. _cameras.Where(c => wanted.Contains(c.Key)).Select(c => c.Value.Read()).OfType<DriftState>()];
    }

    public Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var (camera, watch) in _cameras)
        {
            if (watch.Lacks is { } version)
            {
                watch.Use(Golden(version) ?? Stored(camera, version) ?? new DriftBaseline(version, DriftReference.FirstFrames, new DriftFigures()));
            }

            if (watch.Fresh is { } fresh)
            {
                DurableFile.Write(FileOf(camera), JsonSerializer.SerializeToUtf8Bytes(fresh, DriftJson.Default.DriftBaseline));
                watch.Stored();
            }

            Tell(camera, watch.Read());
        }

        return Task.CompletedTask;
    }

    private string FileOf(CameraId camera) => Path.Combine(paths.Choices, $"{camera}.first.json");

    private DriftBaseline? Golden(VersionId version)
    {
        var files = store.Current.Cameras.SelectMany(c => (Installed?[])[c.A, c.B]).FirstOrDefault(v => v?.Version == version)?.Files;
        if (files?.FirstOrDefault(f => f.Path == Targets.GoldenClip(version)) is not { } file)
        {
            return null;
        }

        using var zip = new MemoryStream(blobs.Read(file), writable: false);
        var (figures, embedder, embedding) = (new DriftFigures(), new FrameEmbedding(), new sbyte[FrameEmbedding.Length]);
        foreach (var golden in GoldenClip.Read(zip).Frames)
        {
            var frame = Pictures.Decode(golden.Png);
            embedder.Write(frame, embedding);
            figures.Add(frame, golden.Expected, embedding);
        }

        return new DriftBaseline(version, DriftReference.GoldenClip, figures);
    }

    private DriftBaseline? Stored(CameraId camera, VersionId version)
    {
        try
        {
            return File.Exists(FileOf(camera)) && JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(camera)), DriftJson.Default.DriftBaseline) is { } stored && stored.Version == version ? stored : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Tell(CameraId camera, DriftState? state)
    {
        var isAlarm = state?.AlarmSince is not null;
        if (isAlarm != _alarmed.GetValueOrDefault(camera))
        {
            _alarmed[camera] = isAlarm;
            if (isAlarm)
            {
                Drifted(log, camera, state!.Version, state.Gap, state.Reference);
            }
            else
            {
                Settled(log, camera);
            }
        }
    }

    [LoggerMessage(1220, LogLevel.Warning, "What camera {Camera} shows under {Version} lies {Gap:0.00} from its reference ({Reference}).")]
    private static partial void Drifted(ILogger log, CameraId camera, VersionId version, double gap, DriftReference reference);

    [LoggerMessage(1221, LogLevel.Information, "Camera {Camera} shows again what its reference shows.")]
    private static partial void Settled(ILogger log, CameraId camera);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DriftBaseline))]
internal sealed partial class DriftJson : JsonSerializerContext;

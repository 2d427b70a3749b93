using Fleet.Client;
using Fleet.Contracts;
using Fleet.Training.Runs;

namespace Fleet.Training.Worker;

/// <summary>Works one run off: fetch, train, measure, upload, register, end. Every step can be repeated after a kill.</summary>
internal sealed class RunWork(FleetClient client, string work, TextWriter output, TimeProvider time)
{
    /// <summary>Ends the run well or badly, or leaves it to its lease where the control plane is away.</summary>
    public async Task DoAsync(TrainingLease lease, CancellationToken cancellationToken)
    {
        LeaseFile.Write(Directory.CreateDirectory(FolderOf(lease.Run.Id)).FullName, lease);
        await using var heartbeat = new Heartbeat(client, lease, time, cancellationToken);
        try
        {
            var version = await FindAsync(lease.Run.Id, heartbeat.Lost) ?? await MakeAsync(lease.Run, heartbeat);
            await client.TrainingRuns.EndAsync(lease.Run.Id, new EndRunRequest(lease.Lease, version, Detail: null), cancellationToken);
            Directory.Delete(FolderOf(lease.Run.Id), recursive: true);
            output.WriteLine($"Run {lease.Run.Id} made {version}.");
        }
        catch (OperationCanceledException) when (heartbeat.Reason is { } reason)
        {
            LeaseFile.Forget(FolderOf(lease.Run.Id));
            output.WriteLine($"Run {lease.Run.Id} was given up: {reason.Message}");
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Caller or Fault.Device && e.Kind != Problems.RunLease && e.Kind != Problems.AuthRequired)
        {
            output.WriteLine($"Run {lease.Run.Id} failed: {e.Message}");
            await client.TrainingRuns.EndAsync(lease.Run.Id, new EndRunRequest(lease.Lease, Version: null, e.Message), cancellationToken);
            Directory.Delete(FolderOf(lease.Run.Id), recursive: true);
        }
    }

    /// <summary>A version that an earlier attempt registered before it was killed.</summary>
    private async Task<VersionId?> FindAsync(TrainingRunId run, CancellationToken cancellationToken)
    {
        await foreach (var version in client.Versions.ListAsync(cancellationToken))
        {
            if (version.Card.Lineage.Run == run)
            {
                return version.Card.Version;
            }
        }

        return null;
    }

    private async Task<VersionId> MakeAsync(TrainingRunResponse run, Heartbeat heartbeat)
    {
        var (folder, started) = (FolderOf(run.Id), time.GetTimestamp());
        var blobs = Directory.CreateDirectory(Path.Combine(work, "blobs")).FullName;
        var job = await new RunInputs(client, blobs).FetchAsync(run.Request, heartbeat.Lost);
        output.WriteLine($"Run {run.Id}: {job.Real.Count} real frames, seed {job.Seed}, attempt {run.Attempt}.");
        var trace = new LossTrace(heartbeat.Tell);
        var curve = new LearningCurve(folder, Finishing.HeldOf(job), time);
        var trained = await new TrainingRun(job, folder, trace.Tell, time, curve).RunAsync(heartbeat.Lost);
        var lineage = new Lineage(Parent: run.Request.Base, Run: run.Id, Snapshot: run.Request.Snapshot);
        var finished = new Finishing(job, folder, trace, time, curve).Finish(trained, lineage, started);
        foreach (var file in finished.Files)
        {
            await client.Blobs.UploadFileAsync(Path.Combine(folder, file), progress: null, heartbeat.Lost);
        }

        return (await client.Versions.RegisterAsync(finished.Request, heartbeat.Lost)).Card.Version;
    }

    private string FolderOf(TrainingRunId run) => Path.Combine(RunsIn(work), run.ToString());

    /// <summary>Where runs lie that are being worked on.</summary>
    public static string RunsIn(string work) => Path.Combine(work, "runs");
}

using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.TufConformance;

/// <summary>Verified targets under their escaped paths; a target that is there already is not fetched again.</summary>
internal sealed class TargetFolder(string folder)
{
    public async Task KeepAsync(FoundTarget target, HttpRepository repository, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Uri.EscapeDataString(target.Path));
        if (await HasAsync(path, target, cancellationToken))
        {
            return;
        }

        DurableFile.MakeFolder(folder);
        var unverified = Path.Combine(folder, $".{Uri.EscapeDataString(target.Path)}.part");
        try
        {
            await using (var file = File.Create(unverified))
            {
                await repository.TargetAsync(target, file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            DurableFile.Move(unverified, path);
        }
        finally
        {
            File.Delete(unverified);
        }
    }

    private static async Task<bool> HasAsync(string path, FoundTarget target, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            await using var file = File.OpenRead(path);
            await target.CopyVerifiedAsync(file, Stream.Null, cancellationToken);
            return true;
        }
        catch (ProblemException e) when (e.Kind == Problems.TrustMismatch)
        {
            return false;
        }
    }
}

using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Alike;

/// <summary>Describes the pictures that somebody wanted to compare, in a process of its own: nothing decodes pictures in the server.</summary>
internal sealed class LikenessReconciler(LikenessWants wants, LikenessStore store, BlobStore blobs, ChangeFeed changes, TimeProvider time) : IReconciler
{
    /// <summary>Pages read again after so many.</summary>
    private const int Told = 100;

    /// <summary>A child that ended costs one picture; so many of them in a row, and something else is wrong.</summary>
    private const int MostEnded = 3;

    public string Name => "likeness";

    public TimeSpan Period => TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        LookChild? child = null;
        var (done, ended) = (0, 0);
        try
        {
            while (ended < MostEnded && wants.Next() is { } picture)
            {
                try
                {
                    child ??= await LookChild.StartAsync(new LookJob(Model: null, Card: null, Floor: 0), time, cancellationToken);
                    store.Keep(picture, blobs.Find(picture) is null ? null : MemoryMarshal.Cast<byte, sbyte>(await child.DescribeAsync(blobs.PathOf(picture), cancellationToken)).ToArray());
                    ended = 0;
                }
                catch (ProblemException e) when (child is not null)
                {
                    // no whole picture, or one that ended the child: it is not tried again
                    store.Keep(picture, likeness: null);
                    if (e.Kind != Problems.SamplePicture)
                    {
                        ended++;
                        await child.DisposeAsync();
                        child = null;
                    }
                }

                if (++done % Told == 0)
                {
                    changes.Publish("likeness", picture.ToString());
                }
            }
        }
        finally
        {
            await (child?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        if (done > 0)
        {
            changes.Publish("likeness", "done");
        }

        return ended < MostEnded ? [] : [$"{MostEnded} pictures in a row ended the process that describes pictures; it goes on when somebody asks for likeness again."];
    }
}

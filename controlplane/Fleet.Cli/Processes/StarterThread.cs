using System.Collections.Concurrent;

namespace Fleet.Cli.Processes;

/// <summary>
/// One thread that starts every child. The kernel's parent-death signal follows the thread that forked, not the process,
/// and threads of the pool come and go.
/// </summary>
internal static class StarterThread
{
    private static readonly BlockingCollection<Action> Work = Begin();

    /// <summary>Runs <paramref name="action"/> on the thread and waits for it.</summary>
    public static void Run(Action action)
    {
        var done = new TaskCompletionSource();
        Work.Add(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        done.Task.Wait();
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = "process starter" };
        thread.Start();
        return work;
    }
}

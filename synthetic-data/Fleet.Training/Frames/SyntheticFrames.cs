using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Recipes;
using Fleet.Twin;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Training.Frames;

/// <summary>Frames of scenes, rendered once in the background and kept in memory; frame i is the same for the same seed.</summary>
internal sealed class SyntheticFrames : IAsyncDisposable
{
    // a renderer that runs far ahead only takes the processor from the learning
    private const int Ahead = 96;

    private readonly TaskCompletionSource<IReadOnlyList<LabelledFrame>>[] _frames;
    private readonly IReadOnlyList<(Scene Scene, double Weight)> _scenes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private readonly FrameMaker[] _makers;
    private readonly long _seed;
    private readonly SemaphoreSlim _ahead;
    private int _asked = -1;
    private int _next = -1;

    /// <exception cref="ProblemException"><see cref="Problems.SceneInvalid"/>.</exception>
    public SyntheticFrames(Recipe recipe, HeadFit fit, long seed)
    {
        _scenes = [.. recipe.Scenes.Select(s => (Scene.Load(s.Scene), s.Weight))];
        _seed = seed;
        _ahead = new SemaphoreSlim(Ahead);
        _frames = new TaskCompletionSource<IReadOnlyList<LabelledFrame>>[_scenes.Count == 0 ? 0 : recipe.Frames];
        for (var i = 0; i < _frames.Length; i++)
        {
            _frames[i] = new TaskCompletionSource<IReadOnlyList<LabelledFrame>>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var workers = _frames.Length == 0 ? 0 : Math.Max(1, recipe.Threads - 1);
        _makers = [.. Enumerable.Range(0, workers).Select(_ => new FrameMaker(fit.Input, fit.Classes, fit.Head == HeadKinds.Classes))];
        _workers = [.. _makers.Select(maker => Task.Factory.StartNew(() => Render(maker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    public int Count => _frames.Length;

    /// <summary>What frame <paramref name="index"/> shows, as soon as it is rendered: the frame, or objects cut out of it. One caller at a time.</summary>
    public Task<IReadOnlyList<LabelledFrame>> GetAsync(int index, CancellationToken cancellationToken)
    {
        if (index > _asked)
        {
            _ahead.Release(index - _asked);
            _asked = index;
        }

        return _frames[index].Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        _stop.Dispose();
        _ahead.Dispose();
    }

    private void Render(FrameMaker maker)
    {
        var renderers = new TwinRenderer?[_scenes.Count];
        try
        {
            for (var index = Interlocked.Increment(ref _next); index < _frames.Length; index = Interlocked.Increment(ref _next))
            {
                _ahead.Wait(_stop.Token);
                var scene = Choose(index);
                renderers[scene] ??= new TwinRenderer(_scenes[scene].Scene, _seed);
                _frames[index].SetResult(Make(maker, renderers[scene]!.Render(index)));
            }
        }
        catch (OperationCanceledException)
        {
            // nobody waits for frames any more
        }
        catch (Exception e)
        {
            // whoever waits for a frame must hear of it, whichever frame that is
            foreach (var frame in _frames)
            {
                frame.TrySetException(e);
            }
        }
        finally
        {
            foreach (var renderer in renderers)
            {
                renderer?.Dispose();
            }
        }
    }

    private int Choose(int index)
    {
        var at = Chance.From(_seed, "scene", index).NextDouble() * _scenes.Sum(s => s.Weight);
        var scene = 0;
        while (scene < _scenes.Count - 1 && at >= _scenes[scene].Weight)
        {
            at -= _scenes[scene++].Weight;
        }

        return scene;
    }

    private static IReadOnlyList<LabelledFrame> Make(FrameMaker maker, TwinFrame rendered) =>
        maker.Make(AsFrame(rendered), rendered.Annotations.Select(a => new Annotation(a.Label, a.Box)));

    /// <summary>The pixels of a rendered frame in the form in which a device has them.</summary>
    public static Frame AsFrame(TwinFrame rendered)
    {
        var frame = new Frame(rendered.Width, rendered.Height, channels: 3);
        rendered.Bgr.CopyTo(frame.Span);
        return frame;
    }
}

using Fleet.Training.Distilling;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Tests.Networks;

/// <summary>A number that is handed to native code must outlive the call: the collector knows nothing of what native code still reads.</summary>
public class CollectorTests
{
    private const int Steps = 700;
    private const int Rounds = 250;

    [Theory]
    [InlineData("LeakyRelu")]
    [InlineData("Elu")]
    [InlineData("Softplus")]
    [InlineData("HardSwish")]
    public void An_operator_gives_the_same_answer_while_the_collector_runs(string operation)
    {
        using var network = new Network(AGraph.Of(17, g => g.On(operation)));
        using var images = Noise(2, 4, 7, 9);
        AllAlike(() => network.Run(images, learning: true)[network.Outputs.Single()].sum());
    }

    [Fact]
    public void Losses_are_the_same_while_the_collector_runs()
    {
        var model = AGraph.Of(17, g => g.With("Conv", g.Weights(4, 4, 1, 1)));
        using var teacher = new Network(model);
        using var student = new Network(model);
        using var images = Noise(2, 4, 7, 9);
        using (no_grad())
        {
            student.Weights.Values.Single().zero_();
        }

        var distillation = new Distillation(teacher, student);
        AllAlike(() => distillation.Loss(images));
    }

    [Fact]
    public void Steps_are_the_same_while_the_collector_runs()
    {
        using var images = Noise(2, 4, 7, 9);
        float[] Learn()
        {
            using var network = new Network(AGraph.Of(17, g => g.With("Conv", g.Weights(4, 4, 1, 1))));
            using var optimiser = new AdamW(network);
            using var mean = new RunningMean(network, 0.9);
            while (optimiser.Step < Steps)
            {
                using var scope = NewDisposeScope();
                optimiser.ClearGradients();
                network.Run(images, learning: true)[network.Outputs.Single()].Squared().mean().backward();
                optimiser.Take(0.01);
                mean.Follow(optimiser.Step);
            }

            return Network.Values(mean.State.Values.Single());
        }

        var undisturbed = Learn();
        WhileCollecting(() => Assert.Equal(undisturbed, Learn()));
    }

    private static void AllAlike(Func<Tensor> compute) => WhileCollecting(() => Assert.Single(Enumerable.Range(0, Rounds).Select(_ =>
    {
        using var scope = NewDisposeScope();
        return compute().ToSingle();
    }).Distinct()));

    private static void WhileCollecting(Action act)
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            act();
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    private static Tensor Noise(params long[] shape)
    {
        var random = new Random(3);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)], shape);
    }
}

using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Training.Commands;

const string Help = $"""
    {TrainCommand.Usage}
    {SparsifyCommand.Usage}
    {VariantsCommand.Usage}
    {EvaluateCommand.Usage}
    {EvaluateResultsCommand.Usage}
    {ModelCommand.Usage}
    {TrainableCommand.Usage}
    {DataCommand.CheckUsage}
    {DataCommand.ConvertUsage}
    {TrainerCommand.Usage}
    """;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

try
{
    switch (args)
    {
        case [var command, .., "--help"]:
            Console.WriteLine(string.Join('\n', Help.Split('\n').Where(l => l.StartsWith($"fleet-training {command} ", StringComparison.Ordinal)).DefaultIfEmpty(Help)));
            return 0;
        case ["train", .. var rest]:
            await new TrainCommand(Console.Out, TimeProvider.System)
                .RunAsync(new Arguments(rest, TrainCommand.Usage, words: 1, "--out", "--from", "--base", "--data", "--format", "--policy", "--seed"), stop.Token);
            return 0;
        case ["sparsify", .. var rest]:
            new SparsifyCommand(Console.Out, TimeProvider.System)
                .Run(new Arguments(rest, SparsifyCommand.Usage, words: 1, "--data", "--out", "--steps", "--batch", "--rate", "--threads", "--seed"), stop.Token);
            return 0;
        case ["variants", .. var rest]:
            new VariantsCommand(Console.Out, TimeProvider.System).Run(new Arguments(rest, VariantsCommand.Usage, words: 1, "--out", "--scene", "--data", "--seed", "--count", "--card"));
            return 0;
        case ["evaluate", "results", .. var rest]:
            return new EvaluateResultsCommand(Console.Out)
                .Run(new Arguments(rest, EvaluateResultsCommand.Usage, words: 0, "--ground-truth", "--results", "--image-ids", "--boxes", "--classes", "--size", "--threshold", "--expect", "--tolerance", "--json", "--report", "--images"));
        case ["model", "inspect", .. var rest]:
            new ModelCommand(Console.Out).Inspect(new Arguments(rest, ModelCommand.Usage, words: 1, "--build-log", "--json"));
            return 0;
        case ["model", "trainable", .. var rest]:
            return new TrainableCommand(Console.Out).Run(new Arguments(rest, TrainableCommand.Usage, words: 1));
        case ["data", "check", .. var rest]:
            return new DataCommand(Console.Out).Check(new Arguments(rest, DataCommand.CheckUsage, words: 1, "--format", "--policy", "--json"));
        case ["data", "convert", .. var rest]:
            new DataCommand(Console.Out).Convert(new Arguments(rest, DataCommand.ConvertUsage, words: 1, "--to", "--out", "--format", "--policy"));
            return 0;
        case ["evaluate", .. var rest]:
            new EvaluateCommand(Console.Out)
                .Run(new Arguments(rest, EvaluateCommand.Usage, words: 0, "--model", "--head", "--classes", "--scene", "--seed", "--count", "--images", "--labels", "--data", "--format", "--split", "--json", "--draw", "--report", "--least-px"));
            return 0;
        case ["trainer", .. var rest]:
            await new TrainerCommand(Console.Out, TimeProvider.System)
                .RunAsync(new Arguments(rest, TrainerCommand.Usage, words: 0, "--server", "--key-file", "--work", "--name", "--ca"), stop.Token);
            return 0;
        case ["--help"] or ["help"]:
            Console.WriteLine(Help);
            return 0;
        default:
            Console.Error.WriteLine($"Say what to do:\n{Help}");
            return 2;
    }
}
catch (ProblemException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped; the same command goes on from the last checkpoint.");
    return args is ["trainer", ..] ? 0 : 130;
}

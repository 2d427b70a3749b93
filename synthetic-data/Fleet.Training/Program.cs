using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Training.Commands;

const string Help = $"""
    {TrainCommand.Usage}
    {EvaluateCommand.Usage}
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
        case ["train", .. var rest]:
            await new TrainCommand(Console.Out, TimeProvider.System)
                .RunAsync(new Arguments(rest, TrainCommand.Usage, words: 1, "--out", "--base", "--data", "--seed"), stop.Token);
            return 0;
        case ["evaluate", .. var rest]:
            new EvaluateCommand(Console.Out)
                .Run(new Arguments(rest, EvaluateCommand.Usage, words: 0, "--model", "--scene", "--seed", "--count", "--images", "--labels", "--json", "--draw"));
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
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped; the same command goes on from the last checkpoint.");
    return args is ["trainer", ..] ? 0 : 130;
}

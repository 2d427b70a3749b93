using System.CommandLine;
using Fleet.Cli;
using Fleet.Cli.Processes;
using Fleet.Contracts;

if (System.Console.IsOutputRedirected)
{
    // a log has no edge to wrap at
    Spectre.Console.AnsiConsole.Profile.Width = 200;
}

var root = Root.Create();
var arguments = args is ["help", ..] ? [.. args.Skip(1), "--help"] : args;
try
{
    // the demo stops its children one after the other: let it
    return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
}
catch (ProblemException e)
{
    System.Console.Error.WriteLine($"{e.Message} ({e.Kind.Code})");
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ChildFailedException or System.Text.Json.JsonException)
{
    System.Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}

using System.Runtime.InteropServices;
using Fleet.Agent;
using Fleet.Agent.Commands;
using Fleet.Agent.Doctor;
using Fleet.Agent.Engines;
using Fleet.Agent.Enrolment;
using Fleet.Agent.Offline;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

const int Failure = 1;
const int Usage = 2;

try
{
    if (args is ["--help" or "-h" or "help"])
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    if (args is ["infer", .. var asked])
    {
        return await InferCommand.RunUntilInterruptedAsync(asked, Console.Out);
    }

    if (args is ["choose", .. var told])
    {
        return await ChooseCommand.RunUntilInterruptedAsync(told, Console.Out);
    }

    var command = CommandLine.Parse(args);
    if (command is { Name: "prepare", Token: { } job })
    {
        ParentWatch.Begin(Console.OpenStandardInput());
        return PrepareProgram.Run(job, Console.Out);
    }

    var time = TimeProvider.System;
    var paths = AgentPaths.Of(command.Settings.GetValueOrDefault("Fleet:Agent:Data") ?? new AgentOptions().Data);
    if (command.Token is { } token)
    {
        var answer = await Enrol.RunAsync(token, paths, time, CancellationToken.None);
        Console.WriteLine($"This computer is {answer.Device} now. Start it with: fleet-agent run --data {paths.Data}");
        return 0;
    }

    if (command.Name == "choices")
    {
        return ChoicesCommand.Run(paths, Console.Out) ? 0 : Failure;
    }

    if (command.Name is "status" or "doctor")
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        return await LookAsync(command, paths, time, stop.Token);
    }

    if (!Directory.Exists(paths.Identity))
    {
        throw new UsageException($"The data folder {paths.Data} is not enrolled. Make a token in the console and run: fleet-agent enrol TOKEN --data {paths.Data}");
    }

    paths.Make();
    if (await RunAsync(command, paths, time))
    {
        ProgramRestart.Now();
    }

    return 0;
}
catch (OperationCanceledException)
{
    return 0;
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return Usage;
}
catch (OptionsValidationException e)
{
    Console.Error.WriteLine($"A setting of Fleet:Agent is not allowed: {string.Join(" ", e.Failures)}");
    return Usage;
}
catch (ProblemException e)
{
    Console.Error.WriteLine($"{e.Message} [{e.Kind.Code}]");
    return Failure;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
{
    Console.Error.WriteLine($"fleet-agent cannot start: {e.Message}");
    return Failure;
}

static async Task<bool> RunAsync(CommandLine command, AgentPaths paths, TimeProvider time)
{
    using var held = DataLock.Take(paths);
    using var identity = DeviceIdentity.LoadOrCreate(paths.Identity);
    using var host = AgentHost.Build(command, paths, identity, time);
    var wish = host.Services.GetRequiredService<RestartWish>();
    await host.RunAsync();
    return wish.IsWanted;
}

static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
{
    signal.Cancel = true;
    stop.Cancel();
}

static async Task<int> LookAsync(CommandLine command, AgentPaths paths, TimeProvider time, CancellationToken cancellationToken)
{
    if (command.Name == "doctor")
    {
        return await DoctorCommand.RunAsync(command, paths, Console.Out, time, cancellationToken) ? 0 : Failure;
    }

    await StatusCommand.RunAsync(paths, (command.Flags.Contains("once"), command.Flags.Contains("json")), Console.Out, time, cancellationToken);
    return 0;
}

using Fleet.ControlPlane.Looks;

if (args is [LookProgram.Command])
{
    return await LookProgram.RunAsync(Console.In, Console.Out, CancellationToken.None);
}

return await Fleet.ControlPlane.ControlPlaneHost.RunAsync(args);

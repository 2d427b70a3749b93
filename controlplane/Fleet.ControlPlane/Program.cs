return await Fleet.ControlPlane.ControlPlaneHost.RunAsync(args);

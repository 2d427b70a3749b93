using Fleet.TufConformance;

return await ClientUnderTest.RunAsync(args, Console.Error, CancellationToken.None);

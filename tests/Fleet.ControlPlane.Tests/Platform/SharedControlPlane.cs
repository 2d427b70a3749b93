namespace Fleet.ControlPlane.Tests.Platform;

/// <summary>One running program for a test class whose tests use names of their own.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    public TestControlPlane Fleet { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fleet = await TestControlPlane.StartAsync();

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();
}

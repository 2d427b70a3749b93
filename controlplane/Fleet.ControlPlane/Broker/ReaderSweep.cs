using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Broker;

/// <summary>Ends the connections of readers whose key was revoked or has expired.</summary>
internal sealed class ReaderSweep(Readers readers, IServiceScopeFactory scopes, TimeProvider time) : IReconciler
{
    public string Name => "reader-sweep";

    public TimeSpan Period => TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var connected = readers.All;
        if (connected.Count > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            var valid = await scope.ServiceProvider.GetRequiredService<ApiKeys>().ValidAsync([.. connected.Select(r => r.KeyId)], cancellationToken);
            foreach (var reader in connected.Where(r => !valid.Contains(r.KeyId)))
            {
                await readers.EndAsync(reader);
            }

            // let in, and gone before its connection stood
            foreach (var reader in connected.Where(r => r.Session is null && r.Since < time.GetUtcNow() - Period))
            {
                readers.Leave(reader);
            }
        }

        return [];
    }
}

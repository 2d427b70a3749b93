using System.Text.Json;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Commands;

/// <summary>A directive that brings nothing but commands is no reason to try again what failed.</summary>
internal static class OnlyCommands
{
    /// <summary>Ended updates of <paramref name="state"/> belong to <paramref name="next"/> too where it wants the same as the directive before.</summary>
    public static AgentState Carry(AgentState state, Desired next) =>
        state.Desired is { } before && next.Commands is { Count: > 0 } && Content(before).AsSpan().SequenceEqual(Content(next))
            ? state with { Updates = [.. state.Updates.Select(u => u.Generation == before.Generation && UpdateTable.HasEnded(u.State) ? u with { Generation = next.Generation } : u)] }
            : state;

    private static byte[] Content(Desired desired) => JsonSerializer.SerializeToUtf8Bytes(
        desired with { Generation = 0, IssuedAt = default, ExpiresAt = default, Nonce = "", Commands = null }, FleetJson.Strict.Desired);
}

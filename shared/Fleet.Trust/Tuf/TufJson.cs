using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Reads members of metadata and says what is wrong in a sentence.</summary>
internal static class TufJson
{
    public static JsonElement Member(this JsonElement parent, string name, JsonValueKind kind, string role) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new ProblemException(Problems.TrustMalformed, $"The {role} metadata has no '{name}' of the kind {kind}.");

    public static JsonElement? Optional(this JsonElement parent, string name, JsonValueKind kind, string role) =>
        parent.TryGetProperty(name, out _) ? parent.Member(name, kind, role) : null;

    public static string Text(this JsonElement parent, string name, string role)
    {
        var member = parent.Member(name, JsonValueKind.String, role);
        try
        {
            return member.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The {role} metadata has a '{name}' that is not valid Unicode.", e);
        }
    }

    public static long Whole(this JsonElement parent, string name, long atLeast, string role) =>
        parent.Member(name, JsonValueKind.Number, role).TryGetInt64(out var value) && value >= atLeast
            ? value
            : throw new ProblemException(Problems.TrustMalformed, $"The {role} metadata has a '{name}' that is no whole number from {atLeast} on.");
}

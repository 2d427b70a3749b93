using Fleet.Contracts;

namespace Fleet.Console.Access;

/// <summary>Why a sign-in with the company's provider was refused. The address carries a code alone, so that nobody can put words of their own on this page.</summary>
internal static class Refusal
{
    public static ProblemException? Of(string? code, string provider) => code switch
    {
        "auth.no-role" => new(Problems.AuthNoRole, $"{provider} knows you, but no group of yours has a role here. Ask an Admin of this server which group has one; after you have joined it, sign in again."),
        "auth.disabled" => new(Problems.AuthDisabled, "An Admin of this server has shut your account out. Ask one to let you in again."),
        "auth.name" => new(Problems.AuthName, $"The name that {provider} gives you is another account's here, or has letters that none can have. Ask an Admin of this server to remove the other account, or to use another claim as name."),
        "auth.provider" => new(Problems.AuthProvider, $"{provider} cannot be reached from this server, or its answer made no sense. Try again; accounts with a password still work."),
        "auth.failed" => new(Problems.AuthFailed, $"The answer of {provider} was not to be believed, came too late, or was used before. Start again from here."),
        _ => null,
    };
}

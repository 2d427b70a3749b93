using System.Security.Claims;
using Fleet.Contracts;
using Microsoft.AspNetCore.Authorization;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Names of the authorisation policies. Every endpoint carries one, or says <c>AllowAnonymous</c>.</summary>
internal static class Policies
{
    public const string Viewer = "viewer";
    public const string Labeller = "labeller";
    public const string Operator = "operator";
    public const string Approver = "approver";
    public const string Admin = "admin";
    public const string Trainer = "trainer";
    public const string OperatorOrTrainer = "operator-or-trainer";
    public const string ViewerOrTrainer = "viewer-or-trainer";

    /// <summary>Any signed-in person or key, whatever its role.</summary>
    public const string Any = "any";

    /// <summary>A device's certificate, on the device listener.</summary>
    public const string Device = "device";

    /// <summary>Authentication scheme of people and keys.</summary>
    public const string PeopleScheme = "fleet";

    /// <summary>Authentication scheme of devices.</summary>
    public const string DeviceScheme = "device-certificate";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Viewer, p => Needs(p, Role.Viewer));
        options.AddPolicy(Labeller, p => Needs(p, Role.Labeller));
        options.AddPolicy(Operator, p => Needs(p, Role.Operator));
        options.AddPolicy(Approver, p => Needs(p, Role.Approver));
        options.AddPolicy(Admin, p => Needs(p, Role.Admin));
        options.AddPolicy(Trainer, p => Needs(p, Role.Trainer));
        options.AddPolicy(OperatorOrTrainer, p => Needs(p, Role.Operator, Role.Trainer));
        options.AddPolicy(ViewerOrTrainer, p => Needs(p, Role.Viewer, Role.Trainer));
        options.AddPolicy(Any, p => p.AddAuthenticationSchemes(PeopleScheme).RequireAuthenticatedUser());
        options.AddPolicy(Device, p => p.AddAuthenticationSchemes(DeviceScheme).RequireAuthenticatedUser());
        options.DefaultPolicy = options.GetPolicy(Any)!;
        options.FallbackPolicy = options.DefaultPolicy;
    }

    /// <summary>Whether <paramref name="has"/> may do what <paramref name="needed"/> asks for.</summary>
    public static bool Covers(Role has, Role needed) =>
        has == needed || (needed != Role.Trainer && has != Role.Trainer && has >= needed);

    private static void Needs(AuthorizationPolicyBuilder policy, params Role[] anyOf) =>
        policy.AddAuthenticationSchemes(PeopleScheme).RequireAuthenticatedUser()
            .RequireAssertion(c => c.User.Role() is { } has && Array.Exists(anyOf, needed => Covers(has, needed)));
}

internal static class Principals
{
    /// <summary>Claim with the caller's raw token, for the console's circuit, which calls the API with it.</summary>
    public const string TokenClaim = "fleet:token";

    public const string DeviceClaim = "fleet:device";

    public static Role? Role(this ClaimsPrincipal user) =>
        Enum.TryParse<Role>(user.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    /// <summary>Account or key; only where a policy has let someone in.</summary>
    public static string Name(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.Name) ?? throw new InvalidOperationException("No one is signed in here.");

    /// <summary>The device whose certificate was shown; only under <see cref="Policies.Device"/>.</summary>
    public static DeviceId Device(this ClaimsPrincipal user) =>
        DeviceId.Parse(user.FindFirstValue(DeviceClaim) ?? throw new InvalidOperationException("No device is signed in here."));
}

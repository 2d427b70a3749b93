namespace Fleet.Console.Access;

/// <summary>What the sign-in and first-account forms post.</summary>
internal sealed class SignInForm
{
    /// <summary>Account.</summary>
    public string? Name { get; set; }

    /// <summary>Its password.</summary>
    public string? Password { get; set; }

    /// <summary>The password once more, where it is new.</summary>
    public string? Again { get; set; }
}

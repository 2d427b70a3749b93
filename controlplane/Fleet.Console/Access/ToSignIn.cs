using Microsoft.AspNetCore.Components;

namespace Fleet.Console.Access;

/// <summary>Sends a stranger to the sign-in page and, afterwards, back.</summary>
public sealed class ToSignIn : ComponentBase
{
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>The sign-in page that returns to where <paramref name="navigation"/> is.</summary>
    public static string Address(NavigationManager navigation)
    {
        var here = navigation.ToBaseRelativePath(navigation.Uri);
        return here.Length == 0 ? "/sign-in" : $"/sign-in?returnUrl={Uri.EscapeDataString("/" + here)}";
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Navigation.NavigateTo(Address(Navigation), forceLoad: true);
}

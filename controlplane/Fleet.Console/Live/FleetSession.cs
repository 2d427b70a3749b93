using Fleet.Client;
using Microsoft.AspNetCore.Components.Authorization;

namespace Fleet.Console.Live;

/// <summary>The API as the signed-in person may use it; one for each circuit.</summary>
internal sealed class FleetSession(Connection connection, AuthenticationStateProvider states)
{
    public const string TokenClaim = "fleet:token";
    private FleetClient? _client;

    public string Token { get; private set; } = "";

    public async Task<FleetClient> ClientAsync()
    {
        if (_client is null)
        {
            var state = await states.GetAuthenticationStateAsync();
            Token = state.User.FindFirst(TokenClaim)?.Value ?? "";
            _client = connection.Anonymous.WithToken(Token);
        }

        return _client;
    }
}

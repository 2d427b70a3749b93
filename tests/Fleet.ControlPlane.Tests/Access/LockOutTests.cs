using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Access;

public sealed class LockOutTests
{
    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_the_right_one_too()
    {
        await using var fleet = await StartAsync();
        using var stranger = fleet.Client();
        Task<HttpResponseMessage> SignInAsync(string password) => stranger.PostAsync(
            "/api/v1/session", Json(new SignInRequest("anna", password, null), FleetJson.Strict.SignInRequest), TestContext.Current.CancellationToken);

        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal(Problems.AuthFailed.Code, (await ProblemAsync(await SignInAsync("wrong"))).Code);
        }

        Assert.Equal(Problems.AuthFailed.Code, (await ProblemAsync(await SignInAsync(Password))).Code);
    }
}

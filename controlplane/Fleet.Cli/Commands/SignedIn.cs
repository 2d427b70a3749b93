using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Which control plane this terminal speaks to, and as whom. <c>FLEET_URL</c> and <c>FLEET_TOKEN</c> go before the stored session.</summary>
/// <param name="Url">Address of the operator API.</param>
/// <param name="Token">Session token or API key.</param>
internal sealed record SignedIn(string Url, string Token)
{
    private static string StorePath => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } config
            ? config
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "fleet",
        "session.json");

    /// <exception cref="ProblemException">Nobody is signed in.</exception>
    public static FleetClient Client()
    {
        var url = Environment.GetEnvironmentVariable("FLEET_URL");
        var token = Environment.GetEnvironmentVariable("FLEET_TOKEN");
        var stored = Load();
        if ((url ?? stored?.Url) is not { } address || (token ?? stored?.Token) is not { } secret)
        {
            throw new ProblemException(Problems.AuthRequired, "Not signed in. Run ./fleet sign-in URL, or set FLEET_URL and FLEET_TOKEN.");
        }

        return new FleetClient(new FleetClientOptions { Address = new Uri(address), Token = secret });
    }

    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        using var file = new FileStream(StorePath, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        JsonSerializer.Serialize(file, this, SignedInJson.Default.SignedIn);
    }

    public static void Forget() => File.Delete(StorePath);

    private static SignedIn? Load() =>
        File.Exists(StorePath) ? JsonSerializer.Deserialize(File.ReadAllText(StorePath), SignedInJson.Default.SignedIn) : null;
}

[JsonSerializable(typeof(SignedIn))]
internal sealed partial class SignedInJson : JsonSerializerContext;

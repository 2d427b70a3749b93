using Fleet.Contracts;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Versions with a card and no network: enough for whoever only tells devices to run them.</summary>
internal static class TestReleases
{
    public static async Task ReleaseAsync(TestControlPlane fleet, VersionId id)
    {
        var files = await RegisterAsync(fleet, id);
        var releases = fleet.Services.GetRequiredService<TufRepository>();
        using var publisher = SigningKey.Load(Path.Combine(fleet.DataFolder, "offline", "publisher.pem"));
        using var targets = new ByteArrayContent(Publisher.Add(releases.CurrentRoot(), releases.CurrentTargets(), id, files, publisher, TimeProvider.System));
        targets.Headers.ContentType = new("application/json");
        using var answer = await fleet.Http.PostAsync("/api/v1/trust/targets", targets, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task<IReadOnlyList<TargetFile>> RegisterAsync(TestControlPlane fleet, VersionId id)
    {
        var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(id.ToString()));
        var card = new ModelCard
        {
            Version = id,
            Head = "fleet",
            Classes = ["carton"],
            Input = new InputSpec("images", 320, 320, "uint8", "rgb", 1, [0, 0, 0], [1, 1, 1], "letterbox", 114),
            Variants = [new VariantFile("fp32", digest, 1000)],
        };
        var row = new VersionRow
        {
            Id = id,
            Model = id.Model,
            Number = id.Number,
            Card = card,
            State = VersionState.Draft,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            CreatedBy = "anna",
            Files =
            [
                new VersionFileRow { Position = 0, Path = Targets.Card(id), Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes($"card {id}")), SizeBytes = 500 },
                new VersionFileRow { Position = 1, Path = Targets.Variant(id, "fp32"), Digest = digest, SizeBytes = 1000 },
            ],
        };
        await fleet.StoreAsync(store => store.Add(row));
        return [.. row.Targets()];
    }
}

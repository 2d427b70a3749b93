using System.Text.Json;
using Fleet.Cli.Commands;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Registers the shipped model as version 1, and signs versions as their publisher.</summary>
internal static class ReleaseStage
{
    public static async Task<VersionResponse> RegisterShippedAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Register", "the shipped warehouse model: trained on the twin alone, pruned to 2:4");
        var folder = demo.Programs.Models;
        var shipped = await ReadCardAsync(folder, cancellationToken);
        var variants = new List<VariantUpload>();
        foreach (var variant in shipped.Variants)
        {
            var model = await demo.Client.Blobs.UploadFileAsync(Path.Combine(folder, FileOf(variant)), progress: null, cancellationToken);
            variants.Add(variant with { Digest = model.Digest });
        }

        var golden = await demo.Client.Blobs.UploadFileAsync(Path.Combine(folder, "warehouse.golden.zip"), progress: null, cancellationToken);
        var version = await demo.Client.Versions.RegisterAsync(
            shipped with { Variants = variants, GoldenClip = golden.Digest }, cancellationToken);
        var sparse = version.Card.Sparsity.Where(s => s.Eligible).ToList();
        demo.Screen.Figure("registered", $"{version.Card.Version} as {string.Join(" and ", version.Card.Variants.Select(v => $"{v.Name} of {v.SizeBytes:N0} bytes"))}; {sparse.Count(s => s.Valid)} of {sparse.Count} eligible layers hold 2:4");
        return version;
    }

    public static async Task SignAsync(DemoContext demo, VersionId version, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Release", $"{version} is signed by the publisher, whose key the server does not need");
        var key = Path.Combine(demo.Stack.ControlPlaneData, "offline", "publisher.pem");
        var released = await Wait.ForAnswerAsync(demo, () => Releasing.SignAsync(demo.Client, version, key, cancellationToken), cancellationToken);
        demo.Screen.Figure("state", $"{released.State}, {released.Files.Count} files signed");
    }

    // the first variant is the network itself, another one lies beside it under what sets it apart
    private static string FileOf(VariantUpload variant) => variant.Name.StartsWith("int8", StringComparison.Ordinal) ? "warehouse.int8.onnx" : "warehouse.onnx";

    private static async Task<VersionRequest> ReadCardAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "warehouse.card.json");
        return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), FleetJson.Strict.VersionRequest)
            ?? throw new InvalidDataException($"{path} is empty: it should hold a version as the API takes it.");
    }
}

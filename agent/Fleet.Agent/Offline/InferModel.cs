using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;

namespace Fleet.Agent.Offline;

/// <summary>The card to run a file by: a version's own, or one made of what the file, its head and the user say.</summary>
internal static class InferModel
{
    private const float UsualThreshold = 0.3f;
    private const float UsualNmsIou = 0.5f;

    /// <exception cref="ProblemException">The file is no model, or fits no head.</exception>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public static ModelCard CardOf(InferOptions options)
    {
        var bytes = Read(options.Model, "model");
        if (options.Card is not null && (options.Head is not null || options.Classes is not null || options.Scores is not null || options.Input != new InputOptions()))
        {
            throw new UsageException("The card of a version says its head, classes and input. Leave those options out, or give the ONNX file itself.");
        }

        var card = options.Card is { } path ? CardAt(path, bytes) : CardOf(options, bytes);
        return card with { ScoreThreshold = options.Threshold ?? card.ScoreThreshold, NmsIou = options.NmsIou ?? card.NmsIou };
    }

    private static ModelCard CardOf(InferOptions options, byte[] bytes)
    {
        var fit = OnnxCheck.FitHead(OnnxCheck.Inspect(bytes), new HeadRequest
        {
            Head = options.Head,
            Classes = options.Classes is { } list ? [.. System.Text.Encoding.UTF8.GetString(Read(list, "class list")).TrimStart('\uFEFF').Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)] : null,
            Options = options.Input,
            Scores = options.Scores,
            AllowUnnamed = true,
        });
        return new ModelCard
        {
            Version = new VersionId(ModelName.Parse("file"), number: 1),
            Head = fit.Head,
            Classes = fit.Classes,
            Input = fit.Input,
            ScoreThreshold = fit.ScoreThreshold ?? UsualThreshold,
            NmsIou = fit.NmsIou ?? UsualNmsIou,
            Scores = fit.Scores,
            Variants = [new VariantFile("file", Digest.Of(bytes), bytes.Length)],
        };
    }

    private static ModelCard CardAt(string path, byte[] model)
    {
        try
        {
            var card = JsonSerializer.Deserialize(Read(path, "card"), FleetJson.Tolerant.ModelCard)!;
            var digest = Digest.Of(model);
            return card.Variants.Any(v => v.Digest == digest) ? card
                : throw new ProblemException(Problems.TrustMismatch, $"The card of {card.Version} does not list this file, {digest}.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path} is no model card: {e.Message}", e);
        }
    }

    private static byte[] Read(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var hint = VersionId.TryParse(path, provider: null, out _) ? $" It looks like a version: ./fleet infer downloads it, fleet-agent does not." : "";
            throw new UsageException($"The {what} {path} cannot be read: {e.Message}{hint}", e);
        }
    }
}

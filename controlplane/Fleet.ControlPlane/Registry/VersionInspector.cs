using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.Onnx;

namespace Fleet.ControlPlane.Registry;

/// <summary>Reads a version's files, never runs them, and writes its card.</summary>
internal sealed class VersionInspector(BlobStore blobs)
{
    private const int MaxVariants = 16;
    private const int MaxMetrics = 200;
    private const long MaxReportBytes = 32L << 20;
    private const float DefaultThreshold = 0.3f;
    private const float DefaultNmsIou = 0.5f;

    /// <returns>The card of version 1; the registry sets the number.</returns>
    /// <exception cref="ProblemException">The request or one of its files cannot be used.</exception>
    public async Task<ModelCard> InspectAsync(VersionRequest request, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        HeadFit? fit = null;
        var reports = new List<OnnxReport>();
        foreach (var variant in request.Variants)
        {
            var report = await ReportAsync(variant, cancellationToken);
            var fits = Named(variant, () => OnnxCheck.FitHead(report, Asked(request, fit)));
            fit ??= fits;
            reports.Add(report);
        }

        return Card(request, fit!, reports);
    }

    // what the first variant settled holds for all of them
    private static HeadRequest Asked(VersionRequest request, HeadFit? settled) => new()
    {
        Head = settled?.Head ?? request.Head,
        Classes = settled?.Classes ?? request.Classes,
        Input = settled?.Input ?? request.Input,
        Options = settled is null ? request.InputOptions ?? new InputOptions() : new InputOptions(),
        Scores = settled?.Scores ?? request.Scores,
    };

    private ModelCard Card(VersionRequest request, HeadFit fit, List<OnnxReport> reports) => new()
    {
        Version = new VersionId(request.Model, number: 1),
        Head = fit.Head,
        Classes = fit.Classes,
        Input = fit.Input,
        ScoreThreshold = request.ScoreThreshold ?? fit.ScoreThreshold ?? DefaultThreshold,
        NmsIou = request.NmsIou ?? fit.NmsIou ?? DefaultNmsIou,
        Scores = fit.Scores,
        Variants = [.. request.Variants.Zip(reports, (v, r) => new VariantFile(v.Name, v.Digest, r.SizeBytes))],
        GoldenClip = request.GoldenClip is { } golden ? Golden(golden, fit.Classes) : null,
        Metrics = request.Metrics ?? new Dictionary<string, double>(),
        Lineage = request.Lineage ?? new Lineage(),
        Sparsity = reports[Sparse(request.Variants)].Sparsity,
        Report = request.Report is { } page ? Page(page) : null,
    };

    private BlobRef Page(Digest digest)
    {
        var blob = blobs.Get(digest);
        Require(blob.SizeBytes <= MaxReportBytes, $"The report has {blob.SizeBytes} bytes; at most {MaxReportBytes} are taken.");
        return blob;
    }

    private BlobRef Golden(Digest digest, IReadOnlyList<string> classes)
    {
        var blob = blobs.Get(digest);
        GoldenClipCheck.Check(blobs.PathOf(digest), classes);
        return blob;
    }

    private async Task<OnnxReport> ReportAsync(VariantUpload variant, CancellationToken cancellationToken)
    {
        blobs.Get(variant.Digest);
        await using var file = File.OpenRead(blobs.PathOf(variant.Digest));
        try
        {
            return await OnnxCheck.InspectAsync(file, limits: null, cancellationToken);
        }
        catch (ProblemException e)
        {
            throw new ProblemException(e.Kind, $"Variant {variant.Name}: {e.Message}", e);
        }
    }

    private static HeadFit Named(VariantUpload variant, Func<HeadFit> fit)
    {
        try
        {
            return fit();
        }
        catch (ProblemException e)
        {
            throw new ProblemException(e.Kind, $"Variant {variant.Name}: {e.Message}", e);
        }
    }

    // the pruned variant where there is one, for its pattern is what the report is about
    private static int Sparse(IReadOnlyList<VariantUpload> variants) =>
        Math.Max(0, variants.ToList().FindIndex(v => v.Name.EndsWith("2:4", StringComparison.Ordinal)));

    private static void CheckRequest(VersionRequest request)
    {
        Require(request.Variants.Count is > 0 and <= MaxVariants, $"variants has {request.Variants.Count} entries; wanted 1 to {MaxVariants}.");
        var probe = new VersionId(request.Model, number: 1);
        var twice = request.Variants.GroupBy(v => Targets.Variant(probe, v.Name)).FirstOrDefault(g => g.Count() > 1);
        Require(request.Variants.All(v => v.Name != VariantNames.Auto), $"No variant can be named {VariantNames.Auto}: that lets each device take its fastest.");
        Require(twice is null, $"Two variants would have the name {twice?.First().Name}; give each its own.");
        Require(request.Metrics is null || request.Metrics.Count <= MaxMetrics, $"metrics has more than {MaxMetrics} entries.");
        Require(request.Metrics is null || request.Metrics.Keys.All(k => k.Length is > 0 and <= 64), "A metric's name must have 1 to 64 characters.");
    }

    private static void Require(bool holds, string detail)
    {
        if (!holds)
        {
            throw new ProblemException(Problems.RequestInvalid, detail);
        }
    }
}

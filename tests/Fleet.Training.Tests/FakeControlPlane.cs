using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Training.Tests;

/// <summary>The part of the operator API that a trainer uses, in memory.</summary>
internal sealed class FakeControlPlane : HttpMessageHandler
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private readonly Queue<TrainingRunResponse> _waiting = new();

    public Dictionary<Digest, byte[]> Blobs { get; } = [];

    public List<VersionResponse> Versions { get; } = [];

    public List<EndRunRequest> Ended { get; } = [];

    public List<TrainingProgress> Told { get; } = [];

    /// <summary>Answers the next calls of this method and path ending badly.</summary>
    public (HttpMethod Method, string Ending, ProblemKind Kind)? Refuse { get; set; }

    public FleetClient Client() => new(new FleetClientOptions { Address = new Uri("http://fleet.test"), Token = "key", Retries = 0 }, new HttpClient(this, disposeHandler: false));

    public Digest Store(byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        Blobs[digest] = bytes;
        return digest;
    }

    public TrainingRunResponse Queue(TrainingRunRequest request, TrainingRunId? id = null)
    {
        var run = new TrainingRunResponse(id ?? TrainingRunId.New(TimeProvider.System), request, TrainingState.Running, null, "t", 1, null, null, At, null);
        _waiting.Enqueue(run);
        return run;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath["/api/v1/".Length..];
        if (Refuse is { } refusal && refusal.Method == request.Method && path.EndsWith(refusal.Ending, StringComparison.Ordinal))
        {
            var problem = new ProblemResponse("urn:x", refusal.Kind.Title, refusal.Kind.Status, "So the test wants it.", refusal.Kind.Code);
            return new HttpResponseMessage((HttpStatusCode)refusal.Kind.Status) { Content = JsonContent.Create(problem, FleetJson.Strict.ProblemResponse) };
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (Blobs)
        {
            return Answer(request.Method.Method, path.Split('/'), body);
        }
    }

    private HttpResponseMessage Answer(string method, string[] path, byte[] body) => (method, path) switch
    {
        ("POST", ["training-runs", "next"]) => _waiting.TryDequeue(out var run) ? Json(new TrainingLease(run, "lease"), FleetJson.Strict.TrainingLease) : new(HttpStatusCode.NoContent),
        ("PUT", ["training-runs", _, "progress"]) => Keep(Told, Read(body, FleetJson.Strict.ProgressRequest).Progress),
        ("POST", ["training-runs", _, "end"]) => Keep(Ended, Read(body, FleetJson.Strict.EndRunRequest)),
        ("GET", ["versions"]) => Json(new Page<VersionResponse>(Versions, null), FleetJson.Strict.PageVersionResponse),
        ("GET", ["versions", var version]) => Json(Versions.Single(v => v.Card.Version.ToString() == Uri.UnescapeDataString(version)), FleetJson.Strict.VersionResponse),
        ("POST", ["versions"]) => Json(Register(Read(body, FleetJson.Strict.VersionRequest)), FleetJson.Strict.VersionResponse),
        ("PUT", ["blobs", _]) => new(Store(body) is var _ ? HttpStatusCode.NoContent : HttpStatusCode.BadRequest),
        ("GET", ["blobs", var digest]) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(Blobs[Digest.Parse(Uri.UnescapeDataString(digest))]) },
        _ => new(HttpStatusCode.NotFound),
    };

    private VersionResponse Register(VersionRequest request)
    {
        var card = new ModelCard
        {
            Version = new VersionId(request.Model, Versions.Count + 1),
            Head = request.Head!,
            Classes = request.Classes!,
            Input = request.Input!,
            Variants = [.. request.Variants.Select(v => new VariantFile(v.Name, v.Digest, Blobs[v.Digest].Length))],
            Report = request.Report is { } page ? new BlobRef(page, Blobs[page].Length) : null,
            GoldenClip = new BlobRef(request.GoldenClip!.Value, Blobs[request.GoldenClip.Value].Length),
            Metrics = request.Metrics!,
            Lineage = request.Lineage!,
        };
        var version = new VersionResponse(card, VersionState.Draft, At, "t", []);
        Versions.Add(version);
        return version;
    }

    private static HttpResponseMessage Keep<T>(List<T> list, T item)
    {
        list.Add(item);
        return new(HttpStatusCode.NoContent);
    }

    private static T Read<T>(byte[] body, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(body, type)!;

    private static HttpResponseMessage Json<T>(T value, JsonTypeInfo<T> type) => new(HttpStatusCode.OK) { Content = JsonContent.Create(value, type) };
}

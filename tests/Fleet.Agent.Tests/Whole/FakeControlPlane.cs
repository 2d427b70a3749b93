using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Fleet.Agent.Tests.Whole;

/// <summary>The device API over real TLS with a real CA and release repository; keeps what devices send.</summary>
internal sealed partial class FakeControlPlane : IAsyncDisposable
{
    public const string Tenant = "test";
    private readonly TempFolder _folder = new();
    private readonly DeviceCa _ca;
    private readonly WebApplication _app;
    private readonly TufRepository _releases;
    private readonly SigningKey _publisher;

    private FakeControlPlane()
    {
        var time = TimeProvider.System;
        _ca = DeviceCa.LoadOrCreate(_folder.At("ca"), time);
        _releases = TufRepository.Create(_folder.At("trust"), _folder.At("offline"), time);
        _publisher = SigningKey.Load(_folder.At("offline", "publisher.pem"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(https =>
        {
            https.ServerCertificate = ServerCertificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = _ca.ValidateDevice;
        })));
        _app = builder.Build();
        Map();
    }

    public int? DevicePort { get; set; } // where devices that enrol are told to find this; null for where it is

    /// <summary>Where enrolled devices find the broker; where nothing listens unless a test has one.</summary>
    public int MqttPort { get; set; } = 1;

    public X509Certificate2 ServerCertificate => _ca.IssueServer(["localhost", "127.0.0.1"]);

    public string Secret { get; set; } = OneTimeSecret.Create();

    public string Token => TokenWith(_ca.Pin);

    /// <summary>What the device is told to run; null answers 204.</summary>
    public byte[]? Envelope { get; set; }

    public ConcurrentDictionary<Digest, byte[]> Blobs { get; } = new();

    public ConcurrentDictionary<Digest, FrameMessage> Samples { get; } = new();

    /// <summary>Every sample that was taken in, in order.</summary>
    public ConcurrentQueue<Digest> Arrivals { get; } = new();

    public ConcurrentDictionary<string, FakeUpload> Uploads { get; } = new();

    /// <summary>Sees every piece of an upload; true where it answered by itself.</summary>
    public Func<HttpContext, Task<bool>>? UploadFault { get; set; }

    public ConcurrentDictionary<CameraId, FrameMessage> Previews { get; } = new();

    /// <summary>Every range a blob was asked for from, in order.</summary>
    public ConcurrentQueue<long> BlobRequests { get; } = new();

    /// <summary>Answers the n-th download (from 0); null sends all of it.</summary>
    public Func<int, byte[], HttpContext, Task>? Download { get; set; }

    /// <summary>Answers questions for parcels; null has none.</summary>
    public Func<HttpContext, Task>? Parcel { get; set; }

    /// <summary>Engines that devices offered, with their seals.</summary>
    public FakeEngines Engines { get; } = new();

    /// <summary>Called before release metadata is sent; null for nothing.</summary>
    public Action? BeforeTrust { get; set; }

    /// <summary>Status of sample uploads.</summary>
    public int SampleStatus { get; set; } = 201;

    /// <summary>Certificate requests of devices that renew, in order.</summary>
    public ConcurrentQueue<string> RenewalRequests { get; } = new();

    /// <summary>Status of the answer to them.</summary>
    public int RenewalStatus { get; set; } = 200;

    /// <summary>The certificate that the last request for the directive came with.</summary>
    public X509Certificate2? Shown { get; private set; }

    public Reported? Reported { get; private set; }

    public static async Task<FakeControlPlane> StartAsync()
    {
        var plane = new FakeControlPlane();
        await plane._app.StartAsync(TestContext.Current.CancellationToken);
        return plane;
    }

    public string TokenWith(string pin) => EnrolmentToken.Encode(new EnrolmentTicket($"https://localhost:{DevicePort ?? new Uri(_app.Urls.Single()).Port}", pin, Secret));

    /// <summary>Registers and releases a version of one variant.</summary>
    public DesiredVersion Release(int number, byte[] model, byte[]? golden = null) => Release(number, "fp32", [("fp32", model)], golden);

    /// <summary>Registers and releases a version; <paramref name="variant"/> is what devices are told to run.</summary>
    public DesiredVersion Release(int number, string variant, IReadOnlyList<(string Name, byte[] Model)> variants, byte[]? golden = null)
    {
        var id = new VersionId(ModelName.Parse("tiny"), number);
        var card = new ModelCard
        {
            Version = id,
            Head = "fleet",
            Classes = ["square"],
            Input = TinyModel.Input,
            ScoreThreshold = 0.5f,
            Variants = [.. variants.Select(v => new VariantFile(v.Name, Digest.Of(v.Model), v.Model.Length))],
        };
        List<TargetFile> files = [Store(Targets.Card(id), JsonSerializer.SerializeToUtf8Bytes(card, FleetJson.Strict.ModelCard)), .. variants.Select(v => Store(Targets.Variant(id, v.Name), v.Model))];
        if (golden is not null)
        {
            files.Add(Store(Targets.GoldenClip(id), golden));
        }

        _releases.AcceptTargets(Publisher.Add(_releases.CurrentRoot(), _releases.CurrentTargets(), id, files, _publisher, TimeProvider.System));
        return new DesiredVersion(id, variant, files);
    }

    /// <summary>What came for commands: a picture's description, or a text.</summary>
    public ConcurrentDictionary<string, object> Brought { get; } = new();

    /// <summary>Status of the answer to what comes for commands.</summary>
    public int ResultStatus { get; set; } = 204;

    /// <summary>Signs the same again with these commands.</summary>
    public Desired Command(Desired before, params DesiredCommand[] commands)
    {
        var desired = before with { Generation = before.Generation + 1, Commands = commands };
        Envelope = DirectiveSigner.Sign(desired, _releases.Director);
        return desired;
    }

    public Desired Direct(long generation, IReadOnlyList<DesiredCamera> cameras, IReadOnlyList<DesiredVersion> versions, DevicePolicy? policy = null, string device = "edge-1", TimeSpan? expiresIn = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var desired = new Desired(Tenant, DeviceId.Parse(device), generation, now, now + (expiresIn ?? TimeSpan.FromDays(1)), Convert.ToHexStringLower(new byte[16]), cameras, versions, policy ?? new DevicePolicy());
        Envelope = DirectiveSigner.Sign(desired, _releases.Director);
        return desired;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _publisher.Dispose();
        _releases.Dispose();
        _ca.Dispose();
        _folder.Dispose();
    }

    private TargetFile Store(string path, byte[] content)
    {
        Blobs[Digest.Of(content)] = content;
        return new TargetFile(path, Digest.Of(content), content.Length);
    }

    private void Map()
    {
        var device = _app.MapGroup("/device/v1");
        device.MapPost("/enrol", (Delegate)EnrolAsync);
        device.MapPost("/renew", (Delegate)RenewAsync);
        device.MapGet("/desired", (HttpContext http) => Known(http) is { } refused ? refused : Envelope is { } envelope ? Results.Bytes(envelope) : Results.NoContent());
        device.MapGet("/trust/{file}", (string file) =>
        {
            BeforeTrust?.Invoke();
            return (TrustFiles.GetValueOrDefault(file) ?? _releases.Read(file)) is { } bytes ? Results.Bytes(bytes) : Results.NotFound();
        });
        device.MapGet("/blobs/{digest}", BlobAsync);
        device.MapGet("/parcels/{digest}", (HttpContext http) => Parcel?.Invoke(http) ?? Results.NotFound().ExecuteAsync(http));
        Engines.Map(device);
        device.MapPut("/reported", async Task (HttpContext http) => Reported = await JsonSerializer.DeserializeAsync(http.Request.Body, FleetJson.Strict.Reported, http.RequestAborted));
        device.MapPost("/uploads", (HttpContext http) => CreateUpload(http));
        device.MapPatch("/uploads/{id}", UploadAsync);
        device.MapPut("/commands/{command}/picture", (string command, HttpContext http) => ResultAsync(command, async () => (await FormAsync(http)).Frame));
        device.MapPut("/commands/{command}/log", (string command, HttpContext http) => ResultAsync(command, async () => await new StreamReader(http.Request.Body).ReadToEndAsync(http.RequestAborted)));
        device.MapPut("/cameras/{camera}/preview", async Task (HttpContext http) =>
        {
            var (frame, _) = await FormAsync(http);
            Previews[frame.Camera] = frame;
        });
    }

    private async Task<IResult> ResultAsync(string command, Func<Task<object>> readAsync)
    {
        if (ResultStatus == 204)
        {
            Brought[command] = await readAsync();
        }

        return Results.StatusCode(ResultStatus);
    }

    private async Task<IResult> RenewAsync(HttpContext http)
    {
        var request = (await JsonSerializer.DeserializeAsync(http.Request.Body, FleetJson.Strict.RenewRequest, http.RequestAborted))!;
        RenewalRequests.Enqueue(request.CertificateRequestPem);
        if (RenewalStatus != 200)
        {
            return Results.StatusCode(RenewalStatus);
        }

        var answer = new RenewResponse(_ca.IssueDevice(request.CertificateRequestPem, A.Device));
        return Results.Text(JsonSerializer.Serialize(answer, FleetJson.Strict.RenewResponse), "application/json");
    }

    private IResult? Known(HttpContext http) =>
        (Shown = http.Connection.ClientCertificate) is { } certificate && DeviceCertificate.ReadDeviceId(certificate) == A.Device ? null : Results.StatusCode(401);

    private async Task<IResult> EnrolAsync(HttpContext http)
    {
        var request = (await JsonSerializer.DeserializeAsync(http.Request.Body, FleetJson.Strict.EnrolRequest, http.RequestAborted))!;
        if (request.Secret != Secret)
        {
            var problem = new ProblemResponse("urn:fleet:problem:enrolment.token", "The enrolment token is not valid", 403, "This enrolment token was used or has expired. Make a new one.", "enrolment.token");
            return Results.Text(JsonSerializer.Serialize(problem, FleetJson.Strict.ProblemResponse), "application/problem+json", statusCode: 403);
        }

        var answer = new EnrolResponse(A.Device, Tenant, _ca.IssueDevice(request.CertificateRequestPem, A.Device), _ca.CertificatePem, System.Text.Encoding.UTF8.GetString(_releases.CurrentRoot()), "localhost", MqttPort);
        return Results.Text(JsonSerializer.Serialize(answer, FleetJson.Strict.EnrolResponse), "application/json");
    }

    private IResult CreateUpload(HttpContext http)
    {
        if (SampleStatus is not (200 or 201))
        {
            return Results.StatusCode(SampleStatus);
        }

        var metadata = http.Request.Headers["Upload-Metadata"].ToString().Split(' ')[1];
        var id = Digest.Parse(System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(metadata))).Hex;
        var length = long.Parse(http.Request.Headers["Upload-Length"]!, System.Globalization.CultureInfo.InvariantCulture);
        var upload = Uploads.GetOrAdd(id, _ => new FakeUpload(length));
        http.Response.Headers["Upload-Offset"] = upload.Text;
        return Results.Created($"/device/v1/uploads/{id}", value: null);
    }

    private async Task UploadAsync(string id, HttpContext http)
    {
        var upload = Uploads[id];
        if (UploadFault is { } fault && await fault(http))
        {
            return;
        }

        if (http.Request.Headers["Upload-Offset"] != upload.Text)
        {
            http.Response.StatusCode = 409;
            return;
        }

        await http.Request.Body.CopyToAsync(upload.Bytes, http.RequestAborted);
        if (upload.Bytes.Length == upload.Length)
        {
            var bytes = upload.Bytes.ToArray();
            var end = Array.IndexOf(bytes, (byte)'\n');
            var frame = JsonSerializer.Deserialize(bytes.AsSpan(0, end), FleetJson.Strict.FrameMessage)!;
            Assert.Equal(frame.Digest, Digest.Of(bytes.AsSpan(end + 1)));
            Arrivals.Enqueue(frame.Digest);
            Samples[frame.Digest] = frame;
        }

        http.Response.Headers["Upload-Offset"] = upload.Text;
        http.Response.StatusCode = 204;
    }

    private async Task BlobAsync(string digest, HttpContext http)
    {
        var from = http.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
        var index = BlobRequests.Count;
        BlobRequests.Enqueue(from);
        var content = Blobs[Digest.Parse(digest)];
        await (Download?.Invoke(index, content, http) ?? Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(http));
    }

    private static async Task<(FrameMessage Frame, byte[] Jpeg)> FormAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var jpeg = new byte[form.Files["frame"]!.Length];
        await using var stream = form.Files["frame"]!.OpenReadStream();
        await stream.ReadExactlyAsync(jpeg, http.RequestAborted);
        await using var meta = form.Files["meta"]!.OpenReadStream();
        return ((await JsonSerializer.DeserializeAsync(meta, FleetJson.Strict.FrameMessage, http.RequestAborted))!, jpeg);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Agent.Tests.Whole;

/// <summary>Engines that another device built; the real child program tries them.</summary>
public sealed class SharedEngineTests : IAsyncLifetime
{
    private FakeControlPlane _plane = null!;
    private TestAgent _builder = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await FakeControlPlane.StartAsync();
        _builder = await TestAgent.EnrolAsync(_plane);
    }

    public async ValueTask DisposeAsync()
    {
        await _builder.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task What_one_device_built_serves_on_another_and_it_says_whose_it_is()
    {
        var version = Release(1, gain: 1);
        await BuildAsync(version);

        Assert.Equal(A.Device, (await ServeAsync(version, EngineSharing.Take)).BuiltBy);
    }

    [Fact]
    public async Task Where_the_policy_does_not_allow_it_the_engine_is_built_here()
    {
        var version = Release(1, gain: 1);
        await BuildAsync(version);

        Assert.Null((await ServeAsync(version, EngineSharing.Offer)).BuiltBy);
    }

    [Fact]
    public async Task Without_a_golden_clip_nothing_is_taken_or_offered()
    {
        var version = _plane.Release(1, TinyModel.Make(1));

        Assert.Null((await ServeAsync(version, EngineSharing.Both)).BuiltBy);
        Assert.Empty(_plane.Engines);
    }

    [Fact]
    public async Task Other_bytes_than_were_sealed_are_refused_and_the_engine_is_built_here()
    {
        var version = Release(1, gain: 1);
        await BuildAsync(version);
        var (key, (seal, file)) = Assert.Single(_plane.Engines);
        file[^1] ^= 1;
        _plane.Engines[key] = (seal, file);

        Assert.Null((await ServeAsync(version, EngineSharing.Take)).BuiltBy);
    }

    [Fact]
    public async Task An_engine_for_another_key_is_refused_though_a_device_sealed_it()
    {
        var (first, second) = (Release(1, gain: 1), Release(2, gain: 0.99f));
        await BuildAsync(first);
        var (firstKey, engine) = Assert.Single(_plane.Engines);
        await BuildAsync(second, generation: 2);
        var secondKey = _plane.Engines.Keys.Single(k => k != firstKey);
        _plane.Engines[secondKey] = engine;

        Assert.Null((await ServeAsync(second, EngineSharing.Take)).BuiltBy);
    }

    [Fact]
    public async Task An_engine_that_sees_other_things_is_thrown_away_by_the_golden_clip_and_built_here()
    {
        // it sees half as bright, under the name and seal of the engine that does not
        var (good, poor) = (Release(1, gain: 1), _plane.Release(2, TinyModel.Make(0.4f)));
        await BuildAsync(good);
        var (key, (_, file)) = Assert.Single(_plane.Engines);
        await _builder.StopAsync();
        await StartAsync(_builder, poor, EngineSharing.Offer, generation: 2);
        var hostile = Splice(file, await File.ReadAllBytesAsync(Directory.EnumerateFiles(_builder.Paths.Engines, $"{ModelOf(poor).Hex}-*.engine").Single(), TestContext.Current.CancellationToken));
        _plane.Engines[key] = (Seal(new EngineStatement(key, ModelOf(good), Digest.Of(hostile), hostile.Length, A.Device, DateTimeOffset.UnixEpoch)), hostile);

        Assert.Null((await ServeAsync(good, EngineSharing.Take, generation: 3)).BuiltBy);
    }

    private static Digest ModelOf(DesiredVersion version) => version.Files.First(f => f.Path == Targets.Variant(version.Id, "fp32")).Digest;

    private DesiredVersion Release(int number, float gain) => _plane.Release(number, TinyModel.Make(gain), AgentTests.Golden(squares: 3));

    /// <summary>The key of one file, the engine of the other, and a checksum that fits.</summary>
    private static byte[] Splice(byte[] named, byte[] engine)
    {
        const int Head = SHA256.HashSizeInBytes + sizeof(int);
        int End(byte[] file) => Head + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(SHA256.HashSizeInBytes));
        byte[] content = [.. named[SHA256.HashSizeInBytes..End(named)], .. engine[End(engine)..]];
        return [.. SHA256.HashData(content), .. content];
    }

    private string Seal(EngineStatement statement)
    {
        using var identity = DeviceIdentity.LoadOrCreate(_builder.Paths.Identity);
        using var certificate = identity.Certificate();
        return EngineSeal.Close(statement, certificate);
    }

    /// <summary>The builder serves the version and has offered its engine.</summary>
    private async Task BuildAsync(DesiredVersion version, long generation = 1)
    {
        var before = _plane.Engines.Count;
        if (generation > 1)
        {
            await _builder.StopAsync();
        }

        await StartAsync(_builder, version, EngineSharing.Offer, generation);
        await Eventually.Is(() => _plane.Engines.Count > before);
    }

    /// <summary>A device that has nothing yet serves the version.</summary>
    private async Task<ReportedEngine> ServeAsync(DesiredVersion version, EngineSharing sharing, long generation = 1)
    {
        await using var taker = await TestAgent.EnrolAsync(_plane);
        await StartAsync(taker, version, sharing, generation);
        return Assert.Single(taker.Reported.Engines!);
    }

    private async Task StartAsync(TestAgent agent, DesiredVersion version, EngineSharing sharing, long generation)
    {
        var policy = new DevicePolicy { WatchFrames = 5, WatchSeconds = 20, PreviewSeconds = 0, SamplesPerHour = 0, WatchSlowdown = 50, EngineSharing = sharing };
        _plane.Direct(generation, [agent.Camera(version)], [version], policy);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Reported.Updates.Any(u => u.Version == version.Id && u.State == UpdateState.Committed));
    }
}

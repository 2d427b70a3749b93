using Fleet.Contracts;
using Fleet.Inference;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Shared.Tests.Inference;

public sealed class EngineCacheTests : IDisposable
{
    private static readonly EngineKey Key = new(Digest.Of([1]), "1.31.1", "TensorRT", "RTX sm_89 driver 1 TensorRT 10", "trt_fp16_enable=1", "images[1..8,3,320,320]");
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private EngineCache Cache => new(_folder, _time);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Parts => ["model", "runtime", "provider", "machine", "options", "shapes"];

    [Theory]
    [MemberData(nameof(Parts))]
    public void An_engine_serves_only_what_it_was_built_for(string part)
    {
        Cache.Keep(Key, [1, 2, 3]);
        var other = part switch
        {
            "model" => Key with { Model = Digest.Of([2]) },
            "runtime" => Key with { Runtime = "1.32" },
            "provider" => Key with { Provider = "CUDA" },
            "machine" => Key with { Machine = "RTX sm_89 driver 2 TensorRT 10" },
            "options" => Key with { Options = "trt_fp16_enable=0" },
            _ => Key with { Shapes = "images[1..4,3,320,320]" },
        };

        Assert.Null(Cache.Read(other));
        Assert.Equal([1, 2, 3], Cache.Read(Key)!);

        // also when it lies under the other's name
        File.Move(Path.Combine(_folder, Key.FileName), Path.Combine(_folder, other.FileName));
        Assert.Null(Cache.Read(other));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void An_engine_with_one_wrong_bit_is_none(int at)
    {
        Cache.Keep(Key, new byte[100]);
        var path = Path.Combine(_folder, Key.FileName);
        var bytes = File.ReadAllBytes(path);
        bytes[at < 0 ? ^1 : at] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Null(Cache.Read(Key));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Over_its_bound_the_engine_used_longest_ago_that_no_camera_needs_goes_first()
    {
        var keys = Enumerable.Range(0, 4).Select(i => Key with { Model = Digest.Of([(byte)i]) }).ToList();
        foreach (var key in keys)
        {
            Cache.Keep(key, new byte[1000]);
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.NotNull(Cache.Read(key));
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Cache.Read(keys[1]));
        Cache.Trim(new HashSet<Digest> { keys[0].Model }, maxBytes: 2700);

        Assert.Equal([true, true, false, false], keys.Select(k => Cache.Has(k)));
        Assert.True(Cache.Trim(new HashSet<Digest> { keys[0].Model }, maxBytes: 0) > 1000, "what a camera needs stays");
        Assert.True(Cache.Has(keys[0]));
    }
}

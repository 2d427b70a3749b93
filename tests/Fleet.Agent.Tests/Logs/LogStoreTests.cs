using System.Text;
using Fleet.Agent.Logs;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Logs;

public sealed class LogStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly AgentPaths _paths;

    public LogStoreTests()
    {
        _paths = AgentPaths.Of(_folder.Path);
        _paths.Make();
    }

    [Theory]
    [InlineData("Camera dock: rtsp://admin:hunter2@10.0.0.9/live?token=hunter2 does not open")]
    [InlineData("sent Authorization: Bearer hunter2 and was refused")]
    [InlineData("password=hunter2; token: hunter2")]
    [InlineData("the decoder says: 401 for hunter2")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----")]
    public void No_secret_leaves_the_device_in_its_log(string line)
    {
        using var store = new LogStore(_paths, _time);
        store.Write(LogLevel.Warning, "Fleet.Agent", line);
        var camera = new DesiredCamera(A.Camera, "rtsp://admin:hunter2@10.0.0.9/live", Version: null, Fps: null, Loop: true);

        var read = Read(store, Noon.AddHours(-1), Noon.AddHours(1), [camera]);

        Assert.DoesNotContain("hunter2", read, StringComparison.Ordinal);
        Assert.Contains("Fleet.Agent", read, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_of_the_time_span_come_with_what_belongs_to_them_and_the_newest_where_all_are_too_many()
    {
        using var store = new LogStore(_paths, _time);
        for (var i = 0; i < 100; i++)
        {
            store.Write(LogLevel.Information, "Fleet", $"line {i}\nand its trace");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var span = Read(store, Noon.AddMinutes(10), Noon.AddMinutes(12), []).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var newest = Read(store, Noon, Noon.AddDays(1), [], maxBytes: 400);

        Assert.Equal(6, span.Length);
        Assert.EndsWith("line 10", span[0], StringComparison.Ordinal);
        Assert.Equal("  and its trace", span[1]);
        Assert.InRange(Encoding.UTF8.GetByteCount(newest), 200, 400);
        Assert.StartsWith("(", newest, StringComparison.Ordinal);
        Assert.EndsWith("line 99\n  and its trace\n", newest, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_never_takes_more_disk_than_its_two_files_and_a_start_goes_on_with_it()
    {
        for (var run = 0; run < 2; run++)
        {
            using var store = new LogStore(_paths, _time, fileBytes: 4000);
            for (var i = 0; i < 200; i++)
            {
                store.Write(LogLevel.Information, "Fleet", $"run {run} line {i}");
            }

            store.Write(LogLevel.Information, "Fleet", new string('x', 1 << 20));
        }

        Assert.InRange(Directory.GetFiles(_paths.Logs).Sum(f => new FileInfo(f).Length), 4000, 3 * 4200);
        using var last = new LogStore(_paths, _time, fileBytes: 4000);
        Assert.Contains("run 1 line 199", Read(last, Noon, Noon, []), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_paths.Logs, "agent.log")));
    }

    public void Dispose() => _folder.Dispose();

    private static string Read(LogStore store, DateTimeOffset from, DateTimeOffset until, IReadOnlyList<DesiredCamera> cameras, int maxBytes = CommandLimits.LogBytes) =>
        Encoding.UTF8.GetString(store.Read(from, until, cameras, maxBytes));
}

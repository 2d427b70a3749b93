using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Logging;

namespace Fleet.Agent.Tests.Whole;

public sealed class LogTests
{
    [Fact]
    public async Task A_line_about_a_camera_carries_its_name_and_version_and_no_frame_has_a_line_of_its_own()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 4);
        var v1 = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(v1)], [v1], new DevicePolicy { WatchFrames = 5, WatchSeconds = 20, WatchSlowdown = 50 });
        using var lines = new Lines();
        await agent.StartAsync(lines);
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed && agent.Counters.Sum(c => c.Completed) >= 100);
        File.Delete(Path.Combine(agent.Pictures, "000.png"));
        Directory.Delete(agent.Pictures, recursive: true);
        await Eventually.Is(() => lines.Told.Any(l => l.Text.Contains("Camera dock is tried again", StringComparison.Ordinal)));

        var line = lines.Told.First(l => l.Text.Contains("Camera dock is tried again", StringComparison.Ordinal));
        Assert.Equal([new("Camera", A.Camera), new("Version", v1.Id)], line.Scope);
        Assert.True(lines.Told.Count < 50, string.Join('\n', lines.Told.Select(l => l.Text)));
    }

    /// <summary>Keeps each line with the scope it was written in.</summary>
    private sealed class Lines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(string Text, List<KeyValuePair<string, object?>> Scope)> Told { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new List<KeyValuePair<string, object?>>();
            _scopes.ForEachScope((s, all) => all.AddRange(s as IEnumerable<KeyValuePair<string, object?>> ?? []), scope);
            Told.Enqueue((formatter(state, exception), scope));
        }

        public void Dispose()
        {
        }
    }
}

using Fleet.Agent.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class FrameRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(12.5, 12.5, 125)]
    [InlineData(29.83, 29.83, 298)]
    [InlineData(29.83, 5, 50)]
    [InlineData(12.5, 30, 125)]
    [InlineData(10, 3, 30)]
    public void In_ten_seconds_a_live_camera_gives_as_many_frames_as_are_wanted(double camera, double wanted, int frames)
    {
        var rate = new FrameRate(_time);
        var taken = Enumerable.Range(0, (int)(10 * camera)).Count(_ =>
        {
            _time.Advance(TimeSpan.FromSeconds(1 / camera));
            return rate.IsDue(wanted);
        });

        Assert.InRange(taken, frames - 1, frames + 1);
    }

    [Theory]
    [InlineData(12.5)]
    [InlineData(29.83)]
    public async Task A_file_keeps_its_own_rate_also_where_it_is_no_whole_number(double fps)
    {
        var (rate, started) = (new FrameRate(_time), _time.GetTimestamp());
        for (var i = 0; i <= 100; i++)
        {
            var waiting = rate.WaitAsync(fps, TestContext.Current.CancellationToken).AsTask();
            while (!waiting.IsCompleted)
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Yield();
            }
        }

        Assert.InRange(_time.GetElapsedTime(started).TotalSeconds, (100 / fps) - 0.01, (100 / fps) + 0.2);
    }

    [Fact]
    public void The_rate_that_is_told_is_what_comes_and_not_what_is_claimed()
    {
        var tally = new SourceTally(A.Camera, _time);
        tally.Opened();
        for (var i = 0; i < 300; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1 / 29.83));
            var frame = A.Frame(i);
            frame.CapturedTimestamp = _time.GetTimestamp();
            tally.Came(frame, lost: 0, broken: 0);
        }

        Assert.Equal(29.83, tally.Read().FramesPerSecond, tolerance: 0.05);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, tally.Read().FramesPerSecond);
    }
}

using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class PictureMotionTests
{
    private readonly PictureMotion _motion = new();

    [Fact]
    public void Noise_of_a_sensor_is_no_motion_and_a_small_object_is()
    {
        Assert.True(_motion.HasMoved(Noisy(1)));
        _motion.Keep();

        Assert.All(Enumerable.Range(2, 20), seed => Assert.False(_motion.HasMoved(Noisy(seed))));
        Assert.True(_motion.HasMoved(Noisy(30, objectAt: 400)));
    }

    [Fact]
    public void Motion_too_slow_to_see_between_two_frames_is_seen_in_the_end()
    {
        _motion.HasMoved(Noisy(1, objectAt: 200));
        _motion.Keep();

        Assert.False(_motion.HasMoved(Noisy(2, objectAt: 200)));
        Assert.Contains(Enumerable.Range(0, 40), i => _motion.HasMoved(Noisy(i, objectAt: 200 + i)));
    }

    [Fact]
    public void A_lamp_that_flickers_a_little_is_no_motion_and_one_that_goes_out_is()
    {
        _motion.HasMoved(Noisy(1));
        _motion.Keep();

        Assert.False(_motion.HasMoved(Noisy(2, light: 8)));
        Assert.True(_motion.HasMoved(Noisy(2, light: -40)));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(50, 40, 3)]
    [InlineData(1920, 1080, 1)]
    public void Any_size_is_compared_with_its_own_kind_only(int width, int height, int channels)
    {
        var frame = new Frame(width, height, channels);
        _motion.HasMoved(Noisy(1));
        _motion.Keep();
        Assert.True(_motion.HasMoved(frame));
        _motion.Keep();
        Assert.False(_motion.HasMoved(frame));
        _motion.Forget();
        Assert.True(_motion.HasMoved(frame));
    }

    private static Frame Noisy(int seed, int? objectAt = null, int light = 0)
    {
        var (frame, chance) = (new Frame(768, 576, 3), new Random(seed));
        for (var y = 0; y < 576; y++)
        {
            for (var x = 0; x < 768; x++)
            {
                var isObject = objectAt is { } at && x >= at && x < at + 14 && y is >= 300 and < 330;
                var grey = (isObject ? 160 : 90 + (x / 16)) + light + chance.Next(-12, 13);
                frame.Span.Slice(((y * 768) + x) * 3, 3).Fill((byte)Math.Clamp(grey, 0, 255));
            }
        }

        return frame;
    }
}

using Fleet.Agent.Health;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Health;

public sealed class PressureTests
{
    private static readonly PressureLimits Limits = new(HotC: 85, LeastMemoryBytes: 100 << 20);
    private static readonly HealthReading Well = new(50, Throttled: 3, IsCooling: false, 1L << 30, 1L << 40);
    private static readonly CameraId[] Cameras = [CameraId.Parse("a"), CameraId.Parse("b"), CameraId.Parse("c")];

    [Fact]
    public void Heat_throttling_and_want_of_memory_are_each_named_and_a_healthy_computer_is_left_alone()
    {
        Assert.Empty(PressurePlanner.Reasons(Well, Well, Limits, isShedding: false));
        Assert.Contains("90 °C", Assert.Single(PressurePlanner.Reasons(Well with { TemperatureC = 90 }, Well, Limits, isShedding: false)), StringComparison.Ordinal);
        Assert.Contains("slows itself down", Assert.Single(PressurePlanner.Reasons(Well with { Throttled = 4 }, Well, Limits, isShedding: false)), StringComparison.Ordinal);
        Assert.Contains("slows itself down", Assert.Single(PressurePlanner.Reasons(Well with { IsCooling = true }, before: null, Limits, isShedding: false)), StringComparison.Ordinal);
        Assert.Contains("20 MiB", Assert.Single(PressurePlanner.Reasons(Well with { MemoryFreeBytes = 20 << 20 }, Well, Limits, isShedding: false)), StringComparison.Ordinal);
        Assert.Empty(PressurePlanner.Reasons(new HealthReading(null, null, false, null, 0), before: null, Limits, isShedding: false));
    }

    [Fact]
    public void While_load_is_shed_a_value_must_be_clearly_good_again()
    {
        Assert.Empty(PressurePlanner.Reasons(Well with { TemperatureC = 83 }, Well, Limits, isShedding: false));
        Assert.Single(PressurePlanner.Reasons(Well with { TemperatureC = 83 }, Well, Limits, isShedding: true));
        Assert.Empty(PressurePlanner.Reasons(Well with { TemperatureC = 79 }, Well, Limits, isShedding: true));
    }

    [Theory]
    [InlineData(0, true, 15, 0, 1)]
    [InlineData(1, true, 14, 0, 1)]
    [InlineData(9, true, 60, 0, 9)]
    [InlineData(2, false, 60, 59, 2)]
    [InlineData(2, false, 60, 60, 1)]
    [InlineData(0, false, 60, 60, 0)]
    public void Load_is_shed_step_by_step_and_taken_on_again_when_all_has_been_well_for_a_minute(int level, bool isPressed, int sinceChange, int calm, int next) =>
        Assert.Equal(next, PressurePlanner.Next(level, Cameras.Length, isPressed, TimeSpan.FromSeconds(sinceChange), TimeSpan.FromSeconds(calm)));

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(2, 0, 1, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(4, 1, 2, 1)]
    [InlineData(9, 3, 3, 3)]
    public void The_least_important_camera_is_cut_first_and_none_twice_before_all_once(int level, int a, int b, int c)
    {
        var dealt = PressurePlanner.Deal(level, Cameras, [CameraId.Parse("b"), CameraId.Parse("gone")]);

        Assert.Equal([a, b, c], Cameras.Select(camera => dealt[camera]));
    }

    [Fact]
    public void A_computer_is_read_where_linux_tells_of_it_and_an_absent_sensor_is_no_zero()
    {
        using var root = new TempFolder();
        void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root.At(path))!);
            File.WriteAllText(root.At(path), text);
        }

        var reader = new HealthReader(root.Path, () => 7);
        Assert.Equal(new HealthReading(null, null, false, null, 7), reader.Read());

        Write("sys/class/thermal/thermal_zone0/temp", "45000\n");
        Write("sys/class/thermal/thermal_zone1/temp", "81500\n");
        Write("sys/class/thermal/thermal_zone2/temp", "-274000\n");
        Write("sys/class/thermal/cooling_device0/type", "cpufreq-cpu0\n");
        Write("sys/class/thermal/cooling_device0/cur_state", "2\n");
        Write("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "5\n");
        Write("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "6\n");
        Write("proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    900 kB\n");
        Write("proc/self/cgroup", "0::/system.slice/fleet-agent.service\n");
        Write("sys/fs/cgroup/system.slice/fleet-agent.service/memory.max", "512000\n");
        Write("sys/fs/cgroup/system.slice/fleet-agent.service/memory.current", "400000\n");
        Write("sys/fs/cgroup/system.slice/fleet-agent.service/memory.stat", "anon 100\ninactive_file 8000\n");

        Assert.Equal(new HealthReading(81.5, 11, true, 120_000, 7), reader.Read());
    }
}

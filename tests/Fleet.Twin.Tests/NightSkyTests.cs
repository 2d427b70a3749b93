using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Tests;

public sealed class NightSkyTests
{
    [Fact]
    public void As_many_satellites_are_in_a_frame_as_the_scene_says()
    {
        var scene = Scene.Load("night-sky");
        using var twin = new TwinRenderer(scene, seed: 2);
        const int Sequences = 1500;
        var shares = Enumerable.Range(0, Sequences).CountBy(i => twin.Annotate(i * scene.Sky.Sequence).Count).ToDictionary(p => p.Key, p => p.Value / (double)Sequences);
        for (var count = 0; count < scene.Sky.Satellites.Count; count++)
        {
            // three standard deviations of the rarest and the most frequent count lie within this
            Assert.InRange(shares.GetValueOrDefault(count), scene.Sky.Satellites[count] - 0.036, scene.Sky.Satellites[count] + 0.036);
        }
    }

    [Fact]
    public void A_sequence_keeps_its_satellites_and_they_move_on()
    {
        var scene = Scene.Load("night-sky");
        using var twin = new TwinRenderer(scene, seed: 2);
        var moving = Enumerable.Range(0, 200).First(s => twin.Annotate(s * 5).Count == 1) * 5;
        var path = Enumerable.Range(moving, 5).Select(i => Middle(Assert.Single(twin.Annotate(i)).Box)).ToList();
        foreach (var (from, to) in path.Zip(path.Skip(1)))
        {
            Assert.InRange(float.Hypot(to.X - from.X, to.Y - from.Y), scene.Sky.StepPx.Low - 2, scene.Sky.StepPx.High + 2);
        }
    }

    [Fact]
    public void A_satellite_is_a_little_brighter_than_a_dim_sky()
    {
        using var twin = new TwinRenderer(Scene.Load("night-sky"), seed: 7);
        var rises = new List<double>();
        for (var index = 0L; rises.Count < 12; index += 5)
        {
            var frame = twin.Render(index);
            Assert.InRange(frame.Bgr.Average(b => b), 8, 45);
            rises.AddRange(frame.Annotations.Select(a => Inside(frame, a.Box) - Around(frame, a.Box)));
        }

        // four to thirty levels at the peak are less in the mean of a box, and never as bright as a star
        Assert.InRange(rises.Average(), 1, 20);
        Assert.True(rises.Count(r => r > 0.5) >= rises.Count * 0.8, string.Join(' ', rises.Select(r => $"{r:0.0}")));
    }

    [Theory]
    [InlineData("satellites: [0, 0]", "satellites")]
    [InlineData("streaks: 2", "streaks")]
    [InlineData("moons: 1", "moons")]
    public void A_mistake_in_a_sky_names_its_field_and_line(string line, string field)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, $"world: night-sky\nsky:\n  {line}\n");
        var problem = Assert.Throws<ProblemException>(() => Scene.Load(path));
        Assert.Equal(Problems.SceneInvalid, problem.Kind);
        Assert.Contains("mine.yaml, line 3", problem.Message, StringComparison.Ordinal);
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sky_has_no_cartons_to_describe()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, "world: night-sky\ncartons:\n  styles: 4\n");
        Assert.Contains("'cartons' is not known", Assert.Throws<ProblemException>(() => Scene.Load(path)).Message, StringComparison.Ordinal);
    }

    private static (float X, float Y) Middle(Box box) => (box.X + (box.Width / 2), box.Y + (box.Height / 2));

    private static double Inside(TwinFrame frame, Box box) => Mean(frame, box, grow: 0, hole: false);

    private static double Around(TwinFrame frame, Box box) => Mean(frame, box, grow: 6, hole: true);

    private static double Mean(TwinFrame frame, Box box, int grow, bool hole)
    {
        double sum = 0;
        var count = 0;
        for (var y = Math.Max(0, (int)box.Y - grow); y < Math.Min(frame.Height, box.Y + box.Height + grow); y++)
        {
            for (var x = Math.Max(0, (int)box.X - grow); x < Math.Min(frame.Width, box.X + box.Width + grow); x++)
            {
                var inside = x >= box.X - 1 && x < box.X + box.Width + 1 && y >= box.Y - 1 && y < box.Y + box.Height + 1;
                // a star or a hot pixel nearby is not the background
                if ((!hole || !inside) && frame.Bgr[((y * frame.Width) + x) * 3] < 70)
                {
                    sum += frame.Bgr[((y * frame.Width) + x) * 3];
                    count++;
                }
            }
        }

        return sum / Math.Max(1, count);
    }
}

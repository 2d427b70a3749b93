using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>Has a version look at the pictures of tasks.</summary>
internal sealed class Prelabeller(TaskPictures pictures, Looker looker, DataFolder data) : IDisposable
{
    private const int MostTasks = 200;
    private const long MostBytes = 256L << 20;
    private const int MostAtOnce = 4;
    private readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);

    /// <returns>A prediction for each task, in their order.</returns>
    /// <exception cref="ProblemException">One picture cannot be had, or the version cannot run: nothing is predicted then, so that Label Studio keeps no empty prediction for it.</exception>
    public async Task<PredictResponse> PredictAsync(ModelCard card, PredictRequest request, CancellationToken cancellationToken)
    {
        var tasks = request.Tasks ?? [];
        if (tasks.Count > MostTasks)
        {
            throw new ProblemException(Problems.RequestTooLarge, $"{tasks.Count} tasks were sent; at most {MostTasks} are taken at once.");
        }

        var config = LabelConfig.Of(request.LabelConfig, card.Classes);
        if (!await _places.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new ProblemException(Problems.ServerBusy, $"{MostAtOnce} requests of Label Studio are worked on already. Try again in a moment.");
        }

        var folder = Directory.CreateDirectory(Path.Combine(data.Folder("looks"), "tasks", Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            var shown = await GetAsync(tasks, config, folder, cancellationToken);
            var found = new Dictionary<Digest, IReadOnlyList<Detection>>();
            await looker.LookAsync(card, [.. shown.Select(p => new LookPicture(p.Digest, p.Path)).DistinctBy(p => p.Digest)], (picture, boxes) => found[picture] = boxes, cancellationToken);
            return new PredictResponse([.. shown.Select(p => PredictionPlanner.Of(card.Version, card.ScoreThreshold, config, p, found[p.Digest]))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<List<TaskPicture>> GetAsync(IReadOnlyList<LabelStudioTask> tasks, LabelConfig config, string folder, CancellationToken cancellationToken)
    {
        var shown = new List<TaskPicture>();
        var bytes = 0L;
        foreach (var task in tasks)
        {
            try
            {
                shown.Add(await pictures.GetAsync(AddressOf(task, config), folder, cancellationToken));
            }
            catch (ProblemException e)
            {
                throw new ProblemException(e.Kind, $"Task {task.Id?.ToString() ?? "without an id"}: {e.Message}", e);
            }

            bytes += new FileInfo(shown[^1].Path).Length;
            if (bytes > MostBytes)
            {
                throw new ProblemException(Problems.RequestTooLarge, $"The pictures of these tasks are more than {MostBytes >> 20} MiB together. Send fewer at once.");
            }
        }

        return shown;
    }

    private static string AddressOf(LabelStudioTask task, LabelConfig config) =>
        task.Data?.TryGetValue(config.DataKey, out var value) is true && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new ProblemException(Problems.RequestInvalid, $"it has no text in data.{config.DataKey}, where the labelling setup says that its picture is.");
}

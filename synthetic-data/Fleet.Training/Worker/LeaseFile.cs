using System.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Training.Worker;

/// <summary>The lease of a run, kept beside its checkpoint: a trainer that is started again goes on at once instead of waiting for the lease to end.</summary>
internal static class LeaseFile
{
    private const string Name = "lease.json";

    public static void Write(string folder, TrainingLease lease)
    {
        var path = Path.Combine(folder, Name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (OperatingSystem.IsLinux())
        {
            // the lease is a secret
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(path + ".tmp", options))
        {
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(lease, FleetJson.Strict.TrainingLease)));
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }

    public static void Forget(string folder) => File.Delete(Path.Combine(folder, Name));

    /// <summary>The lease that a killed trainer left in <paramref name="runs"/>; null where there is none.</summary>
    public static TrainingLease? Find(string runs)
    {
        var path = Directory.Exists(runs) ? Directory.EnumerateFiles(runs, Name, SearchOption.AllDirectories).FirstOrDefault() : null;
        return path is null ? null : JsonSerializer.Deserialize(File.ReadAllBytes(path), FleetJson.Tolerant.TrainingLease);
    }
}

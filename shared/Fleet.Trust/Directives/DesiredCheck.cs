using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Holds a directive against the released files.</summary>
public static class DesiredCheck
{
    /// <summary>Every file of every version must be released for that version with the same length and digest, and every version a camera names must be there.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>; <see cref="Problems.TrustRollback"/>: a version is below the floor that its publisher set.</exception>
    public static void Check(Desired desired, TrustedTargets released)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(released);
        foreach (var version in desired.Versions)
        {
            foreach (var file in version.Files)
            {
                CheckFile(version.Id, file, released);
            }
        }

        var versions = desired.Versions.Select(v => v.Id).ToHashSet();
        if (desired.Cameras.FirstOrDefault(c => c.Version is { } wanted && !versions.Contains(wanted)) is { } lost)
        {
            throw new ProblemException(Problems.TrustMismatch, $"Camera {lost.Id} should run {lost.Version}, whose files the directive does not list.");
        }
    }

    private static void CheckFile(VersionId version, TargetFile file, TrustedTargets released)
    {
        if (!released.Files.TryGetValue(file.Path, out var target))
        {
            throw new ProblemException(Problems.TrustMismatch, $"The directive names {file.Path}, which no publisher released (release metadata version {released.Version}).");
        }

        if (target.SizeBytes != file.SizeBytes || target.Digest != file.Digest)
        {
            throw new ProblemException(Problems.TrustMismatch, $"The directive wants {file.Path} as {file.Digest} of {file.SizeBytes} bytes; released is {target.Digest} of {target.SizeBytes} bytes.");
        }

        if (!target.IsOf(version))
        {
            throw new ProblemException(Problems.TrustMismatch, $"The directive names {file.Path} as a file of {version}; it was released for {target.Custom?.GetRawText() ?? "no version"}.");
        }

        if (released.Floors.TryGetValue(version.Model.ToString(), out var floor) && target.CounterOf(version.Model) < floor)
        {
            throw new ProblemException(Problems.TrustRollback, $"{version} is release {target.CounterOf(version.Model)} of {version.Model}; its publisher lets devices install release {floor} and newer ones only.");
        }
    }
}

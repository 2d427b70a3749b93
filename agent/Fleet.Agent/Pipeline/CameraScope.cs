using System.Collections;
using Fleet.Contracts;

namespace Fleet.Agent.Pipeline;

/// <summary>What every log line about a camera carries: its name, and the version in service when the line is written.</summary>
internal sealed class CameraScope(CameraId camera, Func<VersionId?> version) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index == 0 ? new("Camera", camera) : new("Version", version());

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    public override string ToString() => $"{camera} {version()?.ToString() ?? "no version"}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Samples;

/// <summary>From which score on versions find something: a device tells of what it doubts as well, which says that a frame is worth a look and not what is on it.</summary>
internal sealed class Thresholds
{
    private readonly Dictionary<VersionId, double> _known = [];

    /// <summary>Reads those of the versions that looked at these samples.</summary>
    public async Task ReadAsync(FleetClient client, IEnumerable<SampleResponse> samples, CancellationToken cancellationToken)
    {
        foreach (var version in samples.Select(s => s.Frame.Version).OfType<VersionId>().Distinct().Where(v => !_known.ContainsKey(v)).ToList())
        {
            try
            {
                _known[version] = (await client.Versions.GetAsync(version, cancellationToken)).Card.ScoreThreshold;
            }
            catch (ProblemException e) when (e.Kind == Problems.VersionUnknown)
            {
                // not registered here: then all that it told of is shown
                _known[version] = 0;
            }
        }
    }

    /// <summary>That of the version that looked at a sample; 0 where it is not known.</summary>
    public double Of(SampleResponse sample) => sample.Frame.Version is { } version ? _known.GetValueOrDefault(version) : 0;
}

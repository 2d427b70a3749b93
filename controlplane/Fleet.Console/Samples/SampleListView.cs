using System.Globalization;
using Fleet.Client;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Samples;

/// <summary>A view of the list of samples; its address says all of it.</summary>
public sealed record SampleListView(string? State, string? Camera, string? Trigger, string? Class, string? Min, string? Max, Digest? Like)
{
    private const string Waiting = "unlabelled";

    /// <summary>Where the view is to be found.</summary>
    public string Address => Addresses.With("/samples", ("state", State == Waiting ? null : State), ("camera", Camera), ("trigger", Trigger), ("class", Class), ("score", Min), ("most", Max), ("like", Like));

    /// <summary>The same for the API.</summary>
    public SampleFilter Filter
    {
        get
        {
            SampleState? state = State switch { "all" => null, "labelled" => SampleState.Labelled, "discarded" => SampleState.Discarded, _ => SampleState.Unlabelled };
            var (device, camera) = Addresses.Place(Camera);
            return new SampleFilter(state, device, camera, Trigger, Class, Addresses.Number(Min), Addresses.Number(Max));
        }
    }

    /// <summary>What stands in an address.</summary>
    public static SampleListView Parse(string? state, string? camera, string? trigger, string? name, string? min, string? max, string? like) => new(
        Addresses.Trimmed(state) ?? Waiting, Addresses.Trimmed(camera), Addresses.Trimmed(trigger), Addresses.Trimmed(name), Addresses.Trimmed(min), Addresses.Trimmed(max),
        Digest.TryParse(like, CultureInfo.InvariantCulture, out var digest) ? digest : null);
}

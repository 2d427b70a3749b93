using System.ComponentModel.DataAnnotations;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Samples;

/// <summary>Which samples to list; what is left out passes all.</summary>
/// <param name="State">How far they are.</param>
/// <param name="Device">Where they come from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Trigger">Why they were kept.</param>
/// <param name="Class">Labelled with this class, or found with it where there is no label yet.</param>
/// <param name="MinScore">Worth at least so much, 0 to 1.</param>
/// <param name="MaxScore">Worth at most so much, 0 to 1.</param>
public readonly record struct SampleQuery(SampleState? State, DeviceId? Device, CameraId? Camera, string? Trigger, string? Class, double? MinScore, double? MaxScore)
{
    internal IQueryable<SampleRow> Of(IQueryable<SampleRow> rows)
    {
        rows = State is { } state ? rows.Where(s => s.State == state) : rows;
        rows = Device is { } device ? rows.Where(s => s.Device == device) : rows;
        rows = Camera is { } camera ? rows.Where(s => s.Camera == camera) : rows;
        rows = Trigger is { } trigger ? rows.Where(s => s.Trigger == trigger) : rows;
        rows = Class is { } name && SampleRow.Barred(name) is var barred ? rows.Where(s => s.Classes.Contains(barred)) : rows;
        rows = MinScore is { } least ? rows.Where(s => s.Worth >= least) : rows;
        return MaxScore is { } most ? rows.Where(s => s.Worth <= most) : rows;
    }
}

/// <summary>Which part of a list.</summary>
/// <param name="Skip">So many come before it.</param>
/// <param name="Take">0 to 200; 50 when left out.</param>
public readonly record struct SampleWindow([Range(0, 10_000_000)] int? Skip, [Range(0, 200)] int? Take)
{
    internal const int Usual = 50;
}

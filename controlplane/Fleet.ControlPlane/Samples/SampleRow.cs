using System.Globalization;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Samples;

/// <summary>A frame that came home, and its label.</summary>
internal sealed class SampleRow
{
    public long Sequence { get; private set; }

    public required Digest Digest { get; init; }

    public required DeviceId Device { get; init; }

    public required CameraId Camera { get; init; }

    public required FrameMessage Frame { get; init; }

    /// <summary>What the camera ran when it sent it; null where it ran none.</summary>
    public ModelName? Model { get; init; }

    /// <summary>How much its device found it worth, 0 to 1.</summary>
    public required double Worth { get; init; }

    /// <summary>How unsure its version was, 0 to 1.</summary>
    public required double Doubt { get; init; }

    /// <summary>A place by chance, always the same.</summary>
    public required int Chance { get; init; }

    public SampleState State { get; private set; }

    public List<Annotation>? Label { get; private set; }

    public string? LabelledBy { get; private set; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public long Revision { get; private set; } = 1;

    public string ETag => ETags.Of(Revision);

    public static SampleRow Of(DeviceId device, FrameMessage frame, DateTimeOffset receivedAt) => new()
    {
        Digest = frame.Digest,
        Device = device,
        Camera = frame.Camera,
        Frame = frame,
        Model = frame.Version?.Model,
        Worth = frame.Score,
        Doubt = frame.Detections.Select(d => 1.0 - Math.Abs((2 * d.Score) - 1)).DefaultIfEmpty(0).Max(),
        Chance = int.Parse(frame.Digest.Hex.AsSpan(0, 7), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        ReceivedAt = receivedAt,
    };

    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: boxes and state do not go together, or a box is not inside the frame.</exception>
    public void Change(LabelRequest request, string by)
    {
        if (!Enum.IsDefined(request.State) || (request.State != SampleState.Labelled && request.Boxes.Count > 0))
        {
            throw new ProblemException(Problems.RequestInvalid, $"A sample that is {request.State} has no boxes, but {request.Boxes.Count} were given. Send state Labelled, or no boxes.");
        }

        FrameRules.Check(request.Boxes, Frame.WidthPx, Frame.HeightPx);
        State = request.State;
        Label = request.State == SampleState.Labelled ? [.. request.Boxes] : null;
        LabelledBy = request.State == SampleState.Unlabelled ? null : by;
        Revision++;
    }

    public SampleResponse Show() => new(Device, Frame, State, Label, LabelledBy, ReceivedAt, ETag);
}

internal sealed class SampleRowMapping : IEntityTypeConfiguration<SampleRow>
{
    public void Configure(EntityTypeBuilder<SampleRow> builder)
    {
        builder.ToTable("Samples");
        builder.HasKey(s => s.Sequence);
        builder.HasIndex(s => s.Digest).IsUnique();
        builder.HasIndex(s => new { s.State, s.Sequence });
        builder.HasIndex(s => new { s.State, s.Worth });
        builder.HasIndex(s => new { s.State, s.Doubt });
        builder.HasIndex(s => new { s.State, s.Chance });
        builder.HasIndex(s => new { s.Model, s.State });
        builder.HasIndex(s => new { s.Device, s.Camera, s.Sequence });
        builder.Property(s => s.Frame).HasJson(FleetJson.Strict.FrameMessage);
        builder.Property(s => s.Label).HasJson(FleetJson.Strict.ListAnnotation!);
        builder.Property(s => s.Revision).IsConcurrencyToken();
    }
}

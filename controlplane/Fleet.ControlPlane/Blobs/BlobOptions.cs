using System.ComponentModel.DataAnnotations;

namespace Fleet.ControlPlane.Blobs;

/// <summary>Section <c>Fleet:Blobs</c>.</summary>
internal sealed class BlobOptions
{
    /// <summary>A larger upload is refused.</summary>
    [Range(1, 1L << 40)]
    public long MaxBytes { get; set; } = 512L << 20;
}

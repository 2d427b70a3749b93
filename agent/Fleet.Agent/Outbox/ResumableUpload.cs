using System.Text.Json;
using Fleet.Agent.Link;
using Fleet.Contracts;

namespace Fleet.Agent.Outbox;

/// <summary>Sends one sample piece by piece: what a cut connection or a killed program leaves is gone on with. The same sample is the same upload, whoever sends it when.</summary>
internal static class ResumableUpload
{
    private const int PieceBytes = 128 << 10;

    /// <summary>The server may lose an upload, or know more of it than the device.</summary>
    private const int Beginnings = 3;

    /// <summary>Returns when the server has acknowledged all of it.</summary>
    public static async Task SendAsync(DeviceApi api, WaitingSample sample, CancellationToken cancellationToken)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(sample.Frame, FleetJson.Strict.FrameMessage), (byte)'\n', .. sample.Jpeg];
        for (var beginning = 1; ; beginning++)
        {
            try
            {
                await SendFromOffsetAsync(api, sample.Frame.Digest, bytes, cancellationToken);
                return;
            }
            catch (ProblemException e) when (beginning < Beginnings && (e.Kind == Problems.UploadOffset || e.Kind == Problems.UploadUnknown))
            {
                continue;
            }
        }
    }

    private static async Task SendFromOffsetAsync(DeviceApi api, Digest digest, byte[] bytes, CancellationToken cancellationToken)
    {
        var (address, offset) = await api.CreateUploadAsync(digest, bytes.Length, cancellationToken);
        while (offset < bytes.Length)
        {
            var piece = bytes.AsMemory((int)offset, (int)Math.Min(PieceBytes, bytes.Length - offset));
            var now = await api.SendUploadAsync(address, offset, piece, cancellationToken);
            offset = now > offset ? now : throw new ProblemException(Problems.ServerUnexpected, $"The upload does not go on from {offset}.");
        }
    }
}

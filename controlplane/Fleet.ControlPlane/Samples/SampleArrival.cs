using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Samples;

/// <summary>Takes a sample from a device: first the picture, then the row, so that an acknowledged sample is never without one.</summary>
internal sealed class SampleArrival(IDbContextFactory<FleetStore> stores, BlobStore blobs, ChangeFeed changes, TimeProvider time)
{
    /// <returns>Whether it is new.</returns>
    public async Task<bool> TakeAsync(DeviceId device, FrameForm form, CancellationToken cancellationToken)
    {
        Check(form);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await RequireCameraAsync(store, device, form.Meta.Camera, cancellationToken);
        if (await IsKnownAsync(store, form.Meta.Digest, cancellationToken))
        {
            return false;
        }

        await blobs.PutAsync(form.Jpeg, cancellationToken);

        // the write lock is taken here, so that the same sample sent twice at once becomes one row
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await IsKnownAsync(store, form.Meta.Digest, cancellationToken))
        {
            return false;
        }

        store.Add(SampleRow.Of(device, form.Meta, time.GetUtcNow()));
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("sample", form.Meta.Digest.ToString());
        return true;
    }

    private static Task<bool> IsKnownAsync(FleetStore store, Digest digest, CancellationToken cancellationToken) =>
        store.Set<SampleRow>().AnyAsync(s => s.Digest == digest, cancellationToken);

    private static async Task RequireCameraAsync(FleetStore store, DeviceId device, CameraId camera, CancellationToken cancellationToken)
    {
        if (!await store.Set<CameraRow>().AnyAsync(c => c.Device == device && c.Id == camera, cancellationToken))
        {
            throw new ProblemException(Problems.CameraUnknown, $"{device} has no camera {camera}. Drop the sample, or give the device that camera.");
        }
    }

    private static void Check(FrameForm form)
    {
        FrameRules.Check(form.Meta);
        var size = JpegHeader.Read(form.Jpeg);
        if (size.WidthPx != form.Meta.WidthPx || size.HeightPx != form.Meta.HeightPx)
        {
            throw new ProblemException(
                Problems.SamplePicture,
                $"The JPEG is {size.WidthPx}x{size.HeightPx} px, but meta says {form.Meta.WidthPx}x{form.Meta.HeightPx}. Send the size of the picture itself.");
        }
    }
}

using System.IO.Compression;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Samples;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>Labels out of the store as a zip, and from a zip into it.</summary>
internal sealed class LabelSet(IDbContextFactory<FleetStore> stores, BlobStore blobs, SampleArrival arrival, ChangeFeed changes)
{
    private const int MaxFrames = 100_000;
    private const int MaxEntries = 50_000;
    private const long MaxTextBytes = 64 << 20;
    private const int MaxPictureBytes = 4 << 20;
    private const int MaxFindings = 100;

    /// <summary>Writes the set while it is read from the disk; nothing of it is kept in memory but the labels.</summary>
    public async Task WriteAsync(Stream into, IReadOnlyList<OutFrame> frames, LabelFileQuery query, CancellationToken cancellationToken)
    {
        var format = LabelFormat.Of(query.Format);
        await using var zip = await ZipArchive.CreateAsync(into, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        foreach (var file in format.Write(frames))
        {
            await AddAsync(zip, file, cancellationToken);
        }

        if (format.Losses.Count > 0)
        {
            await AddAsync(zip, new SetFile("LOSSES.txt", string.Concat(format.Losses.Select(l => l + "\n"))), cancellationToken);
        }

        foreach (var frame in query.Pictures ? frames : [])
        {
            await using var entry = await zip.CreateEntry($"images/{frame.Stem}.jpg", CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            await using var picture = File.OpenRead(blobs.PathOf(frame.Frame.Digest));
            await picture.CopyToAsync(entry, cancellationToken);
        }
    }

    /// <summary>The labelled frames that pass.</summary>
    /// <exception cref="ProblemException">None does, or too many.</exception>
    public async Task<IReadOnlyList<OutFrame>> FramesAsync(LabelFileQuery query, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = store.Set<SampleRow>().AsNoTracking().Where(s => s.State == SampleState.Labelled);
        rows = query.Device is { } device ? rows.Where(s => s.Device == device) : rows;
        rows = query.Camera is { } camera ? rows.Where(s => s.Camera == camera) : rows;
        var found = await rows.OrderBy(s => s.Sequence).Take(MaxFrames + 1).ToListAsync(cancellationToken);
        return found.Count switch
        {
            0 => throw new ProblemException(Problems.SnapshotEmpty, "No sample that passes the filter is labelled, so there is nothing to write."),
            > MaxFrames => throw new ProblemException(Problems.RequestInvalid, $"More than {MaxFrames} frames pass the filter. Name a device or camera."),
            _ => [.. found.Select(r => new OutFrame(r.Show()))],
        };
    }

    /// <summary>Labels known samples, by the digest in the picture's name or of the picture itself; unknown pictures become samples of the named camera.</summary>
    public async Task<LabelImport> ReadAsync(Stream zipped, LabelFileQuery query, string by, CancellationToken cancellationToken)
    {
        await using var zip = await OpenAsync(zipped, cancellationToken);
        var findings = new List<string>();
        var pictures = await PicturesAsync(zip, query, findings, cancellationToken);
        var labels = LabelFormat.Of(query.Format).Read(await TextsAsync(zip, cancellationToken), findings).ToList();
        var (labelled, boxes) = (0, 0);
        foreach (var label in labels)
        {
            if (await LabelAsync(label, pictures, by, findings, cancellationToken) is { } count)
            {
                (labelled, boxes) = (labelled + 1, boxes + count);
            }
        }

        return new LabelImport(labelled, boxes, pictures.Added, findings.Count, [.. findings.Take(MaxFindings)]);
    }

    private static async Task AddAsync(ZipArchive zip, SetFile file, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(file.Name).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(file.Text), cancellationToken);
    }

    private static async Task<ZipArchive> OpenAsync(Stream zipped, CancellationToken cancellationToken)
    {
        try
        {
            var zip = await ZipArchive.CreateAsync(zipped, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, cancellationToken);
            return zip.Entries.Count <= MaxEntries ? zip : throw new ProblemException(Problems.DatasetInvalid, $"The zip has {zip.Entries.Count} files; at most {MaxEntries} are taken. Send it in parts.");
        }
        catch (InvalidDataException e)
        {
            throw new ProblemException(Problems.DatasetInvalid, "The body is no zip file. Send a zip of the set's folder.", e);
        }
    }

    private static async Task<List<SetFile>> TextsAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        var (texts, left) = (new List<SetFile>(), MaxTextBytes);
        foreach (var entry in zip.Entries.Where(e => Path.GetExtension(e.Name).ToLowerInvariant() is ".json" or ".txt" or ".xml" or ".yaml" or ".yml"))
        {
            var bytes = await BytesAsync(entry, left, cancellationToken) ?? throw new ProblemException(Problems.DatasetInvalid, $"The label files have more than {MaxTextBytes} bytes. Send them in parts.");
            left -= bytes.Length;
            texts.Add(new SetFile(entry.FullName, Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')));
        }

        return texts;
    }

    // what a zip says of its own sizes is not believed
    private static async Task<byte[]?> BytesAsync(ZipArchiveEntry entry, long limit, CancellationToken cancellationToken)
    {
        await using var stream = await entry.OpenAsync(cancellationToken);
        using var into = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (into.Length + read > limit)
            {
                return null;
            }

            into.Write(buffer, 0, read);
        }

        return into.ToArray();
    }

    private async Task<Pictures> PicturesAsync(ZipArchive zip, LabelFileQuery query, List<string> findings, CancellationToken cancellationToken)
    {
        var pictures = new Pictures();
        foreach (var entry in zip.Entries.Where(e => Path.GetExtension(e.Name).ToLowerInvariant() is ".jpg" or ".jpeg"))
        {
            if (await BytesAsync(entry, MaxPictureBytes, cancellationToken) is not { } jpeg)
            {
                findings.Add($"{entry.FullName}: the picture has more than {MaxPictureBytes} bytes.");
                continue;
            }

            var digest = Digest.Of(jpeg);
            pictures.Names(entry.Name, digest);
            try
            {
                pictures.Added += query is { Device: { } device, Camera: { } camera } && await arrival.TakeImportAsync(device, camera, digest, jpeg, cancellationToken) ? 1 : 0;
            }
            catch (ProblemException e) when (e.Kind == Problems.SamplePicture)
            {
                findings.Add($"{entry.FullName}: {e.Message}");
            }
        }

        return pictures;
    }

    private async Task<int?> LabelAsync(InLabel label, Pictures pictures, string by, List<string> findings, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var digest = pictures.Find(label.Picture);
        var row = digest is { } known ? await store.Set<SampleRow>().SingleOrDefaultAsync(s => s.Digest == known, cancellationToken) : null;
        if (row is null)
        {
            findings.Add($"{label.Where}: no sample has the picture {label.Picture}. Put the pictures into the zip and name device and camera, to make samples of them.");
            return null;
        }

        try
        {
            var boxes = label.Boxes(row.Frame.WidthPx, row.Frame.HeightPx);
            row.Change(new LabelRequest(SampleState.Labelled, boxes), by);
            await store.SaveChangesAsync(cancellationToken);
            changes.Publish("sample", row.Digest.ToString());
            return boxes.Count;
        }
        catch (Exception e) when (e is FormatException or ProblemException or DbUpdateConcurrencyException)
        {
            findings.Add($"{label.Where}: {e.Message}");
            return null;
        }
    }

    /// <summary>Which digest a name of a picture stands for.</summary>
    private sealed class Pictures
    {
        private readonly Dictionary<string, Digest> _byStem = new(StringComparer.OrdinalIgnoreCase);

        public int Added { get; set; }

        public void Names(string name, Digest digest) => _byStem[Path.GetFileNameWithoutExtension(name)] = digest;

        public Digest? Find(string picture)
        {
            var stem = Path.GetExtension(picture).ToLowerInvariant() is ".jpg" or ".jpeg" ? Path.GetFileNameWithoutExtension(picture) : picture;
            return _byStem.TryGetValue(stem, out var digest) ? digest : Digest.TryParse($"sha256:{stem}", null, out var named) ? named : null;
        }
    }
}

using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;

namespace Fleet.ControlPlane.Tests.Blobs;

public sealed class BlobStoreTests : IDisposable
{
    private const int Limit = 1 << 20;
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("weights");
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keeps_what_it_acknowledged_when_it_starts_again()
    {
        await new BlobStore(_folder).PutAsync(Bytes, TestContext.Current.CancellationToken);

        var again = new BlobStore(_folder);

        Assert.Equal(new BlobRef(Digest.Of(Bytes), Bytes.Length), again.Find(Digest.Of(Bytes)));
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(again.PathOf(Digest.Of(Bytes)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Removes_what_a_killed_process_left_half_received()
    {
        var store = new BlobStore(_folder);
        var stall = new StallingStream(Bytes);
        var put = store.PutAsync(Digest.Of(Bytes), stall, Limit, TestContext.Current.CancellationToken);
        await stall.Stalled;
        Assert.NotEmpty(Files());

        // the same folder, as a second process finds it after a kill
        var again = new BlobStore(_folder);

        Assert.Empty(Files());
        Assert.Null(again.Find(Digest.Of(Bytes)));
        stall.End();
        await Assert.ThrowsAnyAsync<IOException>(() => put);
    }

    [Fact]
    public async Task Stores_nothing_under_a_digest_that_is_wrong()
    {
        var store = new BlobStore(_folder);

        var e = await Assert.ThrowsAsync<ProblemException>(() =>
            store.PutAsync(Digest.Of("other"u8), new MemoryStream(Bytes), Limit, TestContext.Current.CancellationToken));

        Assert.Equal(Problems.BlobDigest, e.Kind);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Stops_reading_at_the_limit()
    {
        var store = new BlobStore(_folder);

        var e = await Assert.ThrowsAsync<ProblemException>(() =>
            store.PutAsync(Digest.Of(Bytes), new EndlessStream(), Limit, TestContext.Current.CancellationToken));

        Assert.Equal(Problems.RequestTooLarge, e.Kind);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Says_that_the_disk_is_full_and_leaves_nothing()
    {
        var store = new BlobStore(_folder);

        var e = await Assert.ThrowsAsync<ProblemException>(() =>
            store.PutAsync(Digest.Of(Bytes), new FullDiskStream(), Limit, TestContext.Current.CancellationToken));

        Assert.Equal(Problems.ServerDiskFull, e.Kind);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Takes_the_same_blob_from_many_at_once()
    {
        var store = new BlobStore(_folder);
        var content = new byte[300_000];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.PutAsync(content, TestContext.Current.CancellationToken))));

        Assert.Equal(store.PathOf(Digest.Of(content)), Assert.Single(Files()));
        Assert.Equal(content.Length, store.Get(Digest.Of(content)).SizeBytes);
    }

    private string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    private sealed class EndlessStream : ReadingStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }

    private sealed class FullDiskStream : ReadingStream
    {
        private const int NoSpaceLeftOnDevice = 28;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device", NoSpaceLeftOnDevice);
    }

    private sealed class StallingStream(byte[] bytes) : ReadingStream
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _given;

        public Task Stalled => _stalled.Task;

        public void End() => _end.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_given)
            {
                _given = true;
                bytes.CopyTo(buffer);
                return bytes.Length;
            }

            _stalled.TrySetResult();
            await _end.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }

    private abstract class ReadingStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

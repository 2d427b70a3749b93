using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class FoundTargetTests
{
    private const string Content = "target file contents";
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Content);

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("sha256 sha512")]
    public async Task Copies_the_file_that_every_hash_speaks_of(string algorithms)
    {
        using var into = new MemoryStream();

        await Signed(algorithms).CopyVerifiedAsync(new MemoryStream(Bytes), into, TestContext.Current.CancellationToken);

        Assert.Equal(Bytes, into.ToArray());
    }

    [Theory]
    [InlineData("sha256", "target file contentz")]
    [InlineData("sha256", "target file content")]
    [InlineData("sha256", "target file contents and more")]
    [InlineData("sha3", Content)]
    [InlineData("sha256 sha3", Content)]
    [InlineData("", Content)]
    public async Task Refuses_other_bytes_and_hashes_that_it_cannot_compute(string algorithms, string served)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() =>
            Signed(algorithms).CopyVerifiedAsync(new MemoryStream(Encoding.UTF8.GetBytes(served)), Stream.Null, TestContext.Current.CancellationToken));

        Assert.Equal(Problems.TrustMismatch, problem.Kind);
    }

    [Fact]
    public async Task Refuses_the_right_hash_of_another_length()
    {
        var signed = Signed("sha256") with { SizeBytes = Bytes.Length + 1 };

        await Assert.ThrowsAsync<ProblemException>(() => signed.CopyVerifiedAsync(new MemoryStream(Bytes), Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reads_one_byte_more_than_was_signed_and_no_further()
    {
        using var endless = new MemoryStream(new byte[1 << 20]);

        await Assert.ThrowsAsync<ProblemException>(() => Signed("sha256").CopyVerifiedAsync(endless, Stream.Null, TestContext.Current.CancellationToken));

        Assert.Equal(Bytes.Length + 1, endless.Position);
    }

    [Theory]
    [InlineData(true, "a/b/c.txt", "a/b/00.c.txt")]
    [InlineData(true, "c.txt", "00.c.txt")]
    [InlineData(false, "a/b/c.txt", "a/b/c.txt")]
    public void Is_served_under_its_hash_where_snapshots_are_consistent(bool isHashInName, string path, string served) =>
        Assert.Equal(served, new FoundTarget(path, "targets", 1, new Dictionary<string, string> { ["sha256"] = "00" }, isHashInName).ServedPath());

    private static FoundTarget Signed(string algorithms) => new("file.txt", "targets", Bytes.Length, algorithms.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(a => a, a => Convert.ToHexStringLower(a switch
    {
        "sha512" => SHA512.HashData(Bytes),
        _ => SHA256.HashData(Bytes),
    })), IsHashInName: false);
}

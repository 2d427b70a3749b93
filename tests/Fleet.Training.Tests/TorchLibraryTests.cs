using Fleet.Testing;
using Fleet.Training.Native;

namespace Fleet.Training.Tests;

public sealed class TorchLibraryTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";
    private readonly TempFolder _folder = new();

    [Fact]
    public void Cures_a_library_once_and_leaves_a_cured_one_alone()
    {
        var path = Uncured();

        Assert.True(TorchLibrary.Cure(path));
        var cured = File.ReadAllBytes(path);
        var written = File.GetLastWriteTimeUtc(path);
        Assert.False(TorchLibrary.Cure(path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.All(ElfVersionNeeds.FlagsOf(cured, Version), at => Assert.Equal(2, cured[at] & 2));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Changes_nothing_but_the_one_mark()
    {
        var path = Uncured();
        var before = File.ReadAllBytes(path);
        TorchLibrary.Cure(path);
        var after = File.ReadAllBytes(path);

        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]);
        Assert.Equal(ElfVersionNeeds.FlagsOf(before, Version), changed);
    }

    [Fact]
    public void Does_not_touch_a_library_that_wants_no_such_version()
    {
        var path = _folder.At("other.so");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libc10.so"), path);
        Assert.False(TorchLibrary.Cure(path));
    }

    [Fact]
    public void Refuses_a_file_that_is_no_library() =>
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.FlagsOf(new byte[100], Version));

    public void Dispose() => _folder.Dispose();

    private string Uncured()
    {
        var library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        var flags = ElfVersionNeeds.FlagsOf(library, Version);
        Assert.NotEmpty(flags);
        foreach (var at in flags)
        {
            library[at] = 0;
        }

        var path = _folder.At("libLibTorchSharp.so");
        File.WriteAllBytes(path, library);
        return path;
    }
}

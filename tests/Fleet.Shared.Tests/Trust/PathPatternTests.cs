using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("*", "a.txt", true)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("*.tgz", "foo.tgz", true)]
    [InlineData("*.tgz", "foo.TGZ", false)]
    [InlineData("*.tgz", "foo.tgz.sig", false)]
    [InlineData("foo-?.tgz", "foo-1.tgz", true)]
    [InlineData("foo-?.tgz", "foo-12.tgz", false)]
    [InlineData("foo?", "foo/", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b", "abab", true)]
    [InlineData("*a*b", "aba", false)]
    [InlineData("[ab]", "a", false)]
    [InlineData("[ab]", "[ab]", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void A_star_is_any_run_and_a_question_mark_one_character_but_never_a_slash(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Matches(pattern, path));

    [Fact]
    public void A_hostile_pattern_takes_no_exponential_time() =>
        Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 2000)));
}

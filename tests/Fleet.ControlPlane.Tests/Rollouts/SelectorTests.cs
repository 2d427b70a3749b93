using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["ring"] = "canary", ["site"] = "store-12", ["gpu"] = "orin" };

    [Theory]
    [InlineData("*", true)]
    [InlineData("ring=canary", true)]
    [InlineData("ring==canary", true)]
    [InlineData("ring=rest", false)]
    [InlineData("ring!=canary", false)]
    [InlineData("colour!=red", true)]
    [InlineData("gpu in (orin,t4)", true)]
    [InlineData("gpu in ( t4 , a100 )", false)]
    [InlineData("gpu notin (t4)", true)]
    [InlineData("colour notin (red)", true)]
    [InlineData("gpu", true)]
    [InlineData("lab", false)]
    [InlineData("!lab", true)]
    [InlineData("!gpu", false)]
    [InlineData("site=store-12,gpu in (orin,t4),!lab", true)]
    [InlineData("site=store-12,gpu in (orin,t4),lab", false)]
    public void Reads_kubernetes_syntax(string selector, bool matches) => Assert.Equal(matches, Selector.Parse(selector).Matches(Labels));

    [Theory]
    [InlineData("")]
    [InlineData("ring=")]
    [InlineData("ring=a b")]
    [InlineData("ring in ()")]
    [InlineData("ring in (a")]
    [InlineData("ring=a,,site=b")]
    [InlineData("=a")]
    [InlineData("ring>3")]
    [InlineData("*,ring=a")]
    public void Refuses_what_it_cannot_read_and_says_what_it_wants(string selector)
    {
        var e = Assert.Throws<ProblemException>(() => Selector.Parse(selector));

        Assert.Equal(Problems.SelectorInvalid, e.Kind);
        Assert.Contains("wanted", e.Message, StringComparison.Ordinal);
    }
}

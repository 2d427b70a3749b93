using Fleet.Agent.Engines;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Tests.Engines;

public sealed class RacePlannerTests
{
    [Fact]
    public void The_fastest_that_reproduces_the_clip_wins_and_every_other_is_told_why_not()
    {
        var result = RacePlanner.Choose(
        [
            Ran("fp32", 10),
            Ran("int8", 2) with { Difference = "Golden frame 000.png: box 0.90 was expected." },
            Ran("fp16", 5),
            Ran("int8-b", 1) with { Failure = new(Problems.EngineBudget.Code, "it needs more memory.") },
        ]);

        Assert.Equal("fp16", result.Winner!.Variant);
        Assert.Equal(["2.00 times as slow as fp16.", "It does not reproduce the golden clip.", null, "it needs more memory."], result.Rows.Select(r => r.WhyNot));
        Assert.Equal(["reproduced", "Golden frame 000.png: box 0.90 was expected.", "reproduced", "none"], result.Rows.Select(r => r.Golden));
        Assert.Equal([false, false, true, false], result.Rows.Select(r => r.Chosen));
        Assert.Null(result.Remark);
    }

    [Theory]
    [InlineData("fp32-2:4", "fp32")]
    [InlineData("fp32", "fp32-2:4")]
    public void Sparsity_within_noise_loses_to_the_dense_form_however_they_are_listed(string first, string second)
    {
        double Ms(string variant) => variant == "fp32" ? 10 : 9.8;
        var result = RacePlanner.Choose([Ran(first, Ms(first)), Ran(second, Ms(second))]);

        Assert.Equal("fp32", result.Winner!.Variant);
        Assert.Equal("2:4 does not pay on this device's CPU: fp32-2:4 needs 9.80 ms a frame, fp32 10.00 ms.", result.Remark);
        Assert.Equal("Not clearly faster than fp32; then the dense one serves.", result.Rows.Single(r => !r.Chosen).WhyNot);
    }

    [Fact]
    public void Sparsity_that_pays_wins_and_says_by_how_much()
    {
        var result = RacePlanner.Choose([Ran("int8", 10), Ran("int8-2:4", 8)]);

        Assert.Equal("int8-2:4", result.Winner!.Variant);
        Assert.Equal("2:4 pays on this device's CPU: int8-2:4 needs 8.00 ms a frame, int8 10.00 ms; 1.25 times as fast, round by round.", result.Remark);
    }

    [Fact]
    public void Of_variants_that_are_as_fast_the_maker_s_order_decides()
    {
        var result = RacePlanner.Choose([Ran("fp32", 10), Ran("fp16", 9.9)]);

        Assert.Equal("fp32", result.Winner!.Variant);
        Assert.Equal("No clear difference from fp32, which is listed first.", result.Rows[1].WhyNot);
    }

    [Fact]
    public void A_lead_that_only_some_rounds_show_is_none()
    {
        // half of the rounds far ahead, the others as far behind: a busy machine
        var busy = Ran("fp32-2:4", 10) with { TimesMs = [.. Enumerable.Range(0, 40).Select(i => i % 5 < 3 ? 8.0 : 14)] };
        var result = RacePlanner.Choose([Ran("fp32", 10), busy]);

        Assert.Equal("fp32", result.Winner!.Variant);
        Assert.StartsWith("2:4 does not pay", result.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void None_wins_when_none_reproduces_the_clip()
    {
        var result = RacePlanner.Choose([Ran("fp32", 10) with { Difference = "d" }, Ran("int8", 10) with { Failure = new("engine.failed", "f") }]);

        Assert.Null(result.Winner);
        Assert.DoesNotContain(result.Rows, r => r.Chosen);
    }

    [Fact]
    public void A_32_bit_file_is_entered_in_16_bits_too_where_there_is_TensorRT_and_nowhere_else()
    {
        (string, string)[] variants = [("fp32", "a"), ("fp32-2:4", "b"), ("int8", "c")];

        Assert.Equal(["fp32", "fp32-2:4", "int8"], RacePlanner.Enter(variants, ProviderLadder.Cpu).Select(e => e.Name));
        Assert.Equal(["fp32", "fp32-2:4", "int8", "fp32 as fp16", "fp32-2:4 as fp16"], RacePlanner.Enter(variants, ProviderLadder.TensorRt).Select(e => e.Name));
    }

    private static Trial Ran(string variant, double ms) => new(new Entrant(variant, "file", Precisions.Of(variant).Name()), "CPU", HasClip: true, Difference: null, Failure: null, [.. Enumerable.Repeat(ms, 40)]);
}

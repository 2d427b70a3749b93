using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Testing;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Faults;

/// <summary>Links between a whole agent and its control plane that are cut or lose packets: frames go on, and so does everything else afterwards.</summary>
public sealed class LinkTests
{
    private const int Half = 100_000;

    // a file is written in pieces
    private const int Piece = 16 << 10;

    [Fact]
    public async Task Cut_in_the_middle_of_a_download_it_serves_on_and_goes_on_where_it_stopped()
    {
        await using var linked = await LinkedAgent.StartAsync();
        var (model, isCut) = (Large(), false);
        linked.Plane.Download = (_, content, http) => isCut || Digest.Of(content) != Digest.Of(model)
            ? Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(http)
            : SendHalfAsync(content, http);
        linked.Want(2, model);
        var part = new FileInfo(Path.Combine(linked.Agent.Paths.Blobs, Digest.Of(model).Hex + ".part"));
        await Eventually.Is(() =>
        {
            part.Refresh();
            return part is { Exists: true, Length: > Half - Piece };
        });

        isCut = true;
        linked.Fault = LinkFault.Cut;
        await linked.ServesAsync();
        var waiting = linked.Waiting();
        linked.Fault = LinkFault.None;

        await linked.CommitsAsync(2);
        Assert.Contains(linked.Plane.BlobRequests, from => from > Half - Piece);
        Assert.NotEmpty(waiting);
        await linked.SamplesComeOnceAsync(waiting);
        await linked.TelemetryComesAsync();
    }

    [Fact]
    public async Task Where_three_of_ten_packets_are_lost_an_update_comes_all_the_same()
    {
        await using var linked = await LinkedAgent.StartAsync();
        linked.Fault = LinkFault.Loss;
        linked.Want(2, TinyModel.Make(0.9f));

        await linked.ServesAsync();
        await linked.CommitsAsync(2);
        linked.Fault = LinkFault.None;
        await linked.SamplesComeOnceAsync(linked.Waiting());
    }

    private static byte[] Large()
    {
        var model = ModelProto.Parser.ParseFrom(TinyModel.Make(0.9f));
        model.DocString = new string('.', 2 * Half);
        return OnnxFile.Write(model);
    }

    private static async Task SendHalfAsync(byte[] content, HttpContext http)
    {
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content.AsMemory(0, Half), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
    }
}

/// <summary>A link on which every answer takes two seconds. A class of its own, because it mostly waits.</summary>
public sealed class SlowLinkTests
{
    [Fact]
    public async Task Where_an_answer_takes_two_seconds_an_update_comes_all_the_same()
    {
        await using var linked = await LinkedAgent.StartAsync();
        linked.Fault = LinkFault.Latency;
        linked.Want(2, TinyModel.Make(0.9f));

        await linked.ServesAsync();
        await linked.CommitsAsync(2);
        await linked.SamplesComeOnceAsync([]);
    }
}

/// <summary>Connections that neither answer nor end. A class of its own, because it mostly waits.</summary>
public sealed class HalfOpenLinkTests
{
    [Fact]
    public async Task A_connection_that_says_nothing_any_more_is_given_up_and_made_anew()
    {
        await using var linked = await LinkedAgent.StartAsync();
        linked.Fault = LinkFault.HalfOpen;
        linked.Want(2, TinyModel.Make(0.9f));
        await linked.ServesAsync();
        var waiting = linked.Waiting();

        // what was open stays dead: only whoever gives it up reaches the other side again
        linked.Fault = LinkFault.None;
        await linked.CommitsAsync(2);
        await linked.TelemetryComesAsync();
        await linked.SamplesComeOnceAsync(waiting);
    }
}

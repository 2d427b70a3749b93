using System.CommandLine;
using Fleet.Bench;
using Fleet.Cli.Processes;
using Fleet.Contracts;

var name = new Argument<string>("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = $"One of {Benches.Names}." };
var quick = new Option<bool>("--quick") { Description = "End within three minutes." };
var json = new Option<FileInfo?>("--json") { Description = "Write the rows to this file too." };
var model = new Option<FileInfo?>("--model") { Description = "vision: another ONNX file than the shipped one; its metadata says head, classes and input. sim2real: the network that learnt from the twin alone, so that it is not trained here. labels: the network that every arm starts from." };
var video = new Option<FileInfo?>("--video") { Description = "vision: frames of this video instead of synthetic ones." };
var minutes = new Option<double?>("--minutes") { Description = "soak: how long cameras fail and come back." };
var data = new Option<DirectoryInfo?>("--data") { Description = "sim2real, labels: a folder of labelled photos (YOLO: images, labels, data.yaml)." };
var work = new Option<DirectoryInfo?>("--work") { Description = "train, sim2real, labels, ota: where finished and begun runs are kept, so that a bench that was killed goes on." };
var seeds = new Option<int?>("--seeds") { Description = "train, sim2real: runs with other seeds and splits than the usual 3." };
var photos = new Option<int[]>("--photos") { Description = "sim2real: labelled photos beside the twin, 5, 10 and 15 unless told; may be repeated." };
var from = new Option<FileInfo?>("--base") { Description = "ota: the file that a device has; with --target, instead of two that are trained here." };
var to = new Option<FileInfo?>("--target") { Description = "ota: the file that it is to get." };
var root = new RootCommand("Measures Fleet against a peer, side by side in one run. Exit status: 0 when every 'must' holds, 1 when not, 2 for an unknown NAME.") { name, quick, json, model, video, minutes, data, work, seeds, photos, from, to };
root.SetAction(async (parsed, cancellationToken) =>
{
    if (Benches.Find(parsed.GetValue(name) ?? "") is not { } bench)
    {
        await Console.Error.WriteLineAsync($"There is no bench '{parsed.GetValue(name)}'. Name one of: {Benches.Names}.");
        return 2;
    }

    if (parsed.GetValue(json) is { Directory.Exists: false } lost)
    {
        throw new BenchFailedException($"{lost.DirectoryName} does not exist; make it, or give --json a file in another folder.");
    }

    if (parsed.GetValue(from) is null != parsed.GetValue(to) is null)
    {
        throw new BenchFailedException("--base and --target go together: the file that a device has, and the one that it is to get.");
    }

    var options = new BenchOptions(parsed.GetValue(quick), parsed.GetValue(model)?.FullName, parsed.GetValue(video)?.FullName, parsed.GetValue(minutes))
    {
        Data = parsed.GetValue(data)?.FullName,
        Work = parsed.GetValue(work)?.FullName,
        From = parsed.GetValue(from)?.FullName,
        To = parsed.GetValue(to)?.FullName,
        Seeds = parsed.GetValue(seeds),
        Photos = parsed.GetValue(photos) ?? [],
    };
    var machine = Machine.Read();
    var report = new BenchReport(bench.Name, machine, await bench.RunAsync(options, cancellationToken));
    BenchTable.Print(report);
    if (parsed.GetValue(json) is { } file)
    {
        await File.WriteAllBytesAsync(file.FullName, report.ToJson(), cancellationToken);
    }

    return report.Holds ? 0 : 1;
});

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (ProblemException e)
{
    await Console.Error.WriteLineAsync($"{e.Message} ({e.Kind.Code})");
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or ChildFailedException or BenchFailedException or TimeoutException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}

using Fleet.Contracts;
using Fleet.Twin.Commands;
using Microsoft.Win32.SafeHandles;

const string Usage = """
    fleet-twin render SCENE --out DIR [--count N] [--seed S] [--start N] [--frames 3,17,40]
                      [--boxes modal|amodal] [--masks] [--preview] [--renderers N]
    fleet-twin preview SCENE [--out FILE.png] [--count N] [--seed S]
    fleet-twin stream SCENE [--seed S] [--fps F] [--start N]
    fleet-twin truth  SCENE --frames 3,17 [--seed S]
    fleet-twin calibrate SCENE --photos DIR --out FILE.yaml
    fleet-twin counts SCENE --count N [--seed S] [--against LABELS.json]
    fleet-twin export SCENE --out FILE.glb [--frame N] [--seed S]
    fleet-twin pack   SCENE --out DIR [--seed S]
    fleet-twin check  SCENE
    fleet-twin schema

    SCENE is the path of a YAML file or the name of a shipped scene: warehouse, warehouse-field, packing, shelf, night-sky, night-sky-streaks.
    """;

try
{
    switch (args)
    {
        case [] or ["help" or "--help" or "-h", ..] or [_, "--help" or "-h"]:
            Console.WriteLine(Usage);
            return 0;
        case ["render", .. var rest]:
            return RenderCommand.Run(rest);
        case ["stream", .. var rest]:
            // the console's own stream would swallow the reader's going away
            using (var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0))
            {
                return await StreamCommand.RunAsync(rest, output, TimeProvider.System);
            }

        case ["truth", .. var rest]:
            return TruthCommand.Run(rest, Console.Out);
        case ["preview", .. var rest]:
            return PreviewCommand.Run(rest, Console.Out);
        case ["calibrate", .. var rest]:
            return CalibrateCommand.Run(rest, Console.Out);
        case ["export", .. var rest]:
            return ExportCommand.Run(rest, Console.Out);
        case ["pack", .. var rest]:
            return PackCommand.Run(rest, Console.Out);
        case ["schema"]:
            return SchemaCommand.Run(Console.Out);
        case ["counts", .. var rest]:
            return CountsCommand.Run(rest, Console.Out);
        case ["check", .. var rest]:
            return CheckCommand.Run(rest, Console.Out);
        default:
            throw new UsageException($"There is no command '{args[0]}'; there are render, preview, calibrate, stream, truth, counts, export, pack, check and schema.");
    }
}
catch (UsageException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
catch (ProblemException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

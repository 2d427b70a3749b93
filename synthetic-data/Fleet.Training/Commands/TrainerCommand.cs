using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Training.Worker;

namespace Fleet.Training.Commands;

/// <summary><c>trainer</c>: the worker that a control plane's training runs wait for.</summary>
internal sealed class TrainerCommand(TextWriter output, TimeProvider time)
{
    public const string Usage = "fleet-training trainer --server URL --key-file FILE --work DIR [--name NAME] [--ca FILE]";

    public async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = new FleetClientOptions { Address = AddressOf(arguments.Needed("--server")), Token = KeyOf(arguments.Needed("--key-file")), TrustedRoot = RootOf(arguments.Text("--ca")), Time = time };
        var work = Directory.CreateDirectory(arguments.Needed("--work")).FullName;
        using var alone = Lock(work);
        using var client = new FleetClient(options);
        await new Trainer(client, arguments.Text("--name") ?? Environment.MachineName, work, output, time).RunAsync(cancellationToken);
    }

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new ProblemException(Problems.RequestInvalid, $"--server is '{text}', wanted is an address such as http://127.0.0.1:8080.");

    private static string KeyOf(string path)
    {
        var key = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return key.Length > 0 ? key : throw new ProblemException(Problems.RequestInvalid, $"{path} holds no API key: make one with the role Trainer and write it there.");
    }

    private static X509Certificate2? RootOf(string? path)
    {
        try
        {
            return path is null ? null : X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (CryptographicException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} is no certificate: give the control plane's CA as a PEM or DER file.", e);
        }
    }

    /// <summary>Two trainers in one folder would take each other's checkpoints.</summary>
    private static FileStream Lock(string work)
    {
        try
        {
            return new FileStream(Path.Combine(work, "trainer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"Another trainer works in {work}: give each its own --work folder.", e);
        }
    }
}

using System.CommandLine;
using System.Globalization;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Cli.Commands;

/// <summary>What people with release keys do, away from the server: sign, approve, and change who may.</summary>
internal static class ReleaseCommands
{
    private static readonly Argument<VersionId> Version = Ask.Id<VersionId>("version", "model@number.");

    private static readonly Option<FileInfo[]> Keys = new("--key")
    {
        Description = "A private key that is at hand: enough root keys, and publishers' where releases must be signed anew; repeatable. The root.json of the first start lies beside the first.",
        Required = true,
    };

    private static readonly Option<FileInfo?> Out = new("--out") { Description = "Where keys are with several people: the change is written here while it lacks signatures; the others run ./fleet release countersign FILE." };

    public static Command Create() => new("release", "Who may release versions, and their signatures.") { Sign(), Approve(), Floor(), Status(), Key(), Rotate(), Revoke(), Countersign() };

    private static Command Sign()
    {
        var key = Own("The publisher's key.");
        return Ask.Server("sign", "Sign a version as its publisher.", async (client, result, cancellationToken) =>
            Tell(await Releasing.SignAsync(client, result.GetValue(Version), result.GetValue(key)!.FullName, cancellationToken)), Version, key);
    }

    private static Command Approve()
    {
        var key = Own("The approver's key, another than the author's.");
        return Ask.Server("approve", "Sign what another publisher signed, where it is this version and nothing else.", async (client, result, cancellationToken) =>
            Tell(await Releasing.ApproveAsync(client, result.GetValue(Version), result.GetValue(key)!.FullName, cancellationToken)), Version, key);
    }

    private static Command Floor()
    {
        var key = Own("A publisher's key; where two must sign, both run this.");
        return Ask.Server("floor", "Let devices install this version and newer ones only, whoever asks: older ones of the model had a fault that must not come back.", async (client, result, cancellationToken) =>
        {
            var version = result.GetValue(Version);
            if (await Releasing.RaiseFloorAsync(client, version, result.GetValue(key)!.FullName, cancellationToken))
            {
                Print.Line($"Devices install no version of {version.Model} any more that was released before {version}. What runs goes on.");
            }
            else
            {
                Print.Line($"The floor is signed and waits for another publisher: ./fleet release floor {version} --key KEYFILE");
            }
        }, Version, key);
    }

    private static Command Status()
    {
        var key = Own("Any file beside the root.json of the first start; its folder is where trust begins.");
        return Ask.Server("status", "Keys, how many of them must sign, and until when.", async (client, result, cancellationToken) =>
            Tell(await Releasing.RolesAsync(client, result.GetValue(key)!.FullName, cancellationToken)), key);
    }

    private static Command Key()
    {
        var file = new Argument<FileInfo>("file") { Description = "PEM file of the private key; it is made where there is none. FILE.pub is the public half, to be given away." };
        var command = new Command("key", "Make a key for a publisher, an approver or a root.") { file };
        command.SetAction(result =>
        {
            var path = result.GetValue(file)!.FullName;
            using var key = SigningKey.LoadOrCreate(path);
            File.WriteAllText(path + ".pub", key.Public.ToPem());
            Print.Line($"{key.Public.KeyId} in {path}; give away {path}.pub");
        });
        return command;
    }

    private static Command Rotate()
    {
        var publishers = new Option<FileInfo[]>("--add-publisher") { Description = "A key that may sign releases from now on (public or private PEM); repeatable." };
        var roots = new Option<FileInfo[]>("--add-root") { Description = "A key that may sign roots from now on; repeatable." };
        var remove = new Option<string[]>("--remove") { Description = "Id of a publisher's or root key that ends; repeatable." };
        var needed = new Option<int?>("--publishers") { Description = "How many publishers must sign a release: 2 asks for an approver." };
        var neededRoots = new Option<int?>("--roots") { Description = "How many root keys must sign the next change of keys." };
        var online = new Option<bool>("--online") { Description = "Replace the keys that the server itself holds (snapshot, timestamp, directives): it makes new ones, and the root names them. After a theft, and once a year." };
        return Ask.Server("rotate", "Change who may sign; without a change it renews the root for a year.", async (client, result, cancellationToken) =>
        {
            var change = new KeyChange
            {
                AddPublishers = [.. (result.GetValue(publishers) ?? []).Select(f => PublicKey.Load(f.FullName))],
                AddRoots = [.. (result.GetValue(roots) ?? []).Select(f => PublicKey.Load(f.FullName))],
                Remove = result.GetValue(remove) ?? [],
                Publishers = result.GetValue(needed),
                Roots = result.GetValue(neededRoots),
                Online = result.GetValue(online) ? await Releasing.NextOnlineKeysAsync(client, cancellationToken) : null,
            };
            Tell(await Releasing.ChangeKeysAsync(client, change, Paths(result.GetValue(Keys)), result.GetValue(Out)?.FullName, cancellationToken), result.GetValue(Out));
        }, Keys, publishers, roots, remove, needed, neededRoots, online, Out);
    }

    private static Command Revoke()
    {
        var id = new Argument<string[]>("key-id") { Description = "Ids of the keys, as ./fleet release status shows them.", Arity = ArgumentArity.OneOrMore };
        return Ask.Server("revoke", "End keys that were lost or stolen; what only they signed is signed anew by the publishers' keys at hand.", async (client, result, cancellationToken) =>
            Tell(await Releasing.ChangeKeysAsync(client, new KeyChange { Remove = result.GetValue(id) ?? [] }, Paths(result.GetValue(Keys)), result.GetValue(Out)?.FullName, cancellationToken), result.GetValue(Out)), id, Keys, Out);
    }

    private static Command Countersign()
    {
        var file = new Argument<FileInfo>("file") { Description = "What rotate or revoke wrote with --out." };
        return Ask.Server("countersign", "Add your signature to a change of keys; the last one who must sign hands it in.", async (client, result, cancellationToken) =>
            Tell(await Releasing.ChangeKeysAsync(client, change: null, Paths(result.GetValue(Keys)), result.GetValue(file)!.FullName, cancellationToken), result.GetValue(file)), file, Keys);
    }

    private static Option<FileInfo> Own(string description) => new("--key") { Description = description, Required = true };

    private static List<string> Paths(FileInfo[]? files) => [.. (files ?? []).Select(f => f.FullName)];

    private static void Tell(VersionResponse version)
    {
        if (version.State == VersionState.Released)
        {
            Print.Line($"{version.Card.Version} is released, {version.Files.Count} files signed.");
        }
        else
        {
            Print.Line($"{version.Card.Version} is signed and waits for another publisher: ./fleet release approve {version.Card.Version} --key KEYFILE");
        }
    }

    private static void Tell(SigningRoles? changed, FileInfo? file)
    {
        if (changed is not null)
        {
            Tell(changed);
        }
        else
        {
            Print.Line($"Signed, and not in force yet: carry {file!.FullName} to the next one, who runs ./fleet release countersign FILE --key KEYFILE");
        }
    }

    private static void Tell(SigningRoles roles)
    {
        var table = Print.Table("signs", "version", "until", "must sign", "keys");
        Row(table, "root", roles.Root);
        Row(table, "releases", roles.Publishers);
        Print.Show(table, "");
        Print.Line($"{roles.Releases} files are released.");
        foreach (var floor in roles.Floors)
        {
            Print.Line($"{floor.Model}: devices install {floor}.");
        }

        if (roles.Draft is { } signed)
        {
            Print.Line($"A release waits, signed by {string.Join(", ", signed)}.");
        }
    }

    private static void Row(Spectre.Console.Table table, string role, Signers signers) => table.Row(
        role, signers.Version, signers.ExpiresAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{signers.Needed} of {signers.KeyIds.Count}", string.Join('\n', signers.KeyIds));
}

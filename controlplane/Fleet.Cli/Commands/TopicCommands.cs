using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class TopicCommands
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create() => new("topic", "What devices say over MQTT, and how a program reads it.") { List(), Show(), Access() };

    private static Command List()
    {
        var under = new Argument<string?>("path") { Description = "A level of the tree, such as fleet/v1/devices/edge-1.", DefaultValueFactory = _ => null };
        var find = new Option<string?>("--find") { Description = "Only topics that contain this." };
        return Ask.Server("list", "One level of the tree of topics.", async (client, result, cancellationToken) =>
        {
            var table = Print.Table("path", "topics", "messages", "last minute", "last");
            string? cursor = null;
            do
            {
                var page = await client.Topics.PageAsync(result.GetValue(under), result.GetValue(find), cursor, limit: 500, cancellationToken);
                foreach (var node in page.Items)
                {
                    table.Row(node.Path, node.HasMessage && node.Topics == 1 ? "" : node.Topics, node.Messages, node.LastMinute, node.LastAt.ToString("u"));
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            Print.Show(table, "No message came there since the control plane was started.");
        }, under, find);
    }

    private static Command Show()
    {
        var topic = new Argument<string>("topic") { Description = "Such as fleet/v1/devices/edge-1/telemetry." };
        var follow = new Option<bool>("--follow") { Description = "Go on with every new one that is seen, until Ctrl+C; a fast topic shows its newest once a second." };
        return Ask.Server("show", "The last message of a topic.", async (client, result, cancellationToken) =>
        {
            long shown = 0;
            do
            {
                var last = await client.Topics.LastAsync(result.GetValue(topic)!, cancellationToken);
                if (last.Messages != shown)
                {
                    shown = last.Messages;
                    Write(last);
                }
            }
            while (result.GetValue(follow) && await PausedAsync(cancellationToken));
        }, topic, follow);
    }

    private static Command Access()
    {
        var file = new Option<string?>("--ca") { Description = "Write the CA there that the listener's certificate is of." };
        return Ask.Server("access", "How a program reads topics, and which do.", async (client, result, cancellationToken) =>
        {
            var access = await client.Topics.AccessAsync(cancellationToken);
            var ca = result.GetValue(file);
            if (ca is not null)
            {
                await File.WriteAllTextAsync(ca, access.CaPem, cancellationToken);
                Print.Line($"The CA is in {ca}.");
            }

            if (access.Port is not { } port)
            {
                Print.Line($"Programs cannot read topics: the listener for them is closed. Start the control plane with --Fleet:Readers:Port=8884.");
                return;
            }

            Print.Line($"Make a key with './fleet key create NAME --role Viewer', then:");
            Print.Line($"mosquitto_sub -V 5 -h {access.Host} -p {port} --cafile {ca ?? "fleet-ca.pem"} -u reader -P KEY -v -t '{Topics.Root}#'");
            Print.Show(Readers(access), "Nobody reads now.");
        }, file);
    }

    private static Spectre.Console.Table Readers(TopicAccess access)
    {
        var table = Print.Table("client", "key", "reads", "since");
        foreach (var reader in access.Readers)
        {
            table.Row(reader.Client, reader.Key, string.Join(' ', reader.Filters), reader.Since.ToString("u"));
        }

        return table;
    }

    private static void Write(TopicMessage last)
    {
        Print.Line($"{last.At:u}  {last.SizeBytes} bytes, {last.Messages} so far, {last.LastMinute} in the last minute");
        Print.Line($"{last.Payload ?? "It was too large to be kept."}");
    }

    private static async Task<bool> PausedAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        return true;
    }
}

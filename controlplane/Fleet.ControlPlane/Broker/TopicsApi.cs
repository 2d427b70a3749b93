using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Trust;

namespace Fleet.ControlPlane.Broker;

/// <summary>The tree of topics for people: what came last on each, and how a program reads them.</summary>
internal static class TopicsApi
{
    private const int MaxLength = 512;

    public static void MapTopics(this Routes routes)
    {
        var topics = routes.Operator.MapGroup("/topics");
        topics.MapGet("/", List).RequireAuthorization(Policies.Viewer);
        topics.MapGet("/last", Last).RequireAuthorization(Policies.Viewer);
        topics.MapGet("/access", Access).RequireAuthorization(Policies.Viewer);
        topics.MapGet("/ca.pem", (ServerTrust trust) => TypedResults.File(Encoding.ASCII.GetBytes(trust.Ca.CertificatePem), "application/x-pem-file", "fleet-ca.pem")).RequireAuthorization(Policies.Viewer);
    }

    private static Page<TopicNode> List(string? under, string? find, [AsParameters] PageQuery page, TopicTree tree)
    {
        RequireShort(under, nameof(under));
        RequireShort(find, nameof(find));
        var (after, take) = (page.After(), page.Take() + 1);
        var nodes = tree.Below(under?.Trim('/') ?? "", find).Where(n => after is null || string.CompareOrdinal(n.Name, after) > 0);
        return page.Of([.. nodes.Take(take)], n => n.Name, n => n);
    }

    private static TopicMessage Last(string topic, TopicTree tree, TimeProvider time)
    {
        RequireShort(topic, nameof(topic));
        var entry = tree.Find(topic) ?? throw new ProblemException(Problems.TopicUnknown, $"Nothing came on {topic} since the control plane was started.");
        var figures = entry.Figures(time.GetUtcNow());
        var said = AsyncApi.Find(topic);
        var payload = entry.Payload();
        return new TopicMessage(
            topic, figures.At, figures.SizeBytes, figures.Messages, figures.LastMinute, figures.Retained,
            payload is null ? null : Encoding.UTF8.GetString(payload), said?.Channel, said?.Message, said?.Description);
    }

    private static TopicAccess Access(Platform.Endpoints endpoints, Platform.FleetOptions options, ServerTrust trust, Readers readers) => new(
        endpoints.MqttHost,
        endpoints.ReadersPort,
        trust.Ca.CertificatePem,
        [.. readers.All.OrderBy(r => r.Since).Select(r => new TopicReader(r.Client, r.KeyName, [.. r.Filters.Keys.Order(StringComparer.Ordinal)], r.Since))],
        options.Readers.HomeAssistant);

    private static void RequireShort(string? text, string name)
    {
        if (text?.Length > MaxLength)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{name} has {text.Length} characters; wanted at most {MaxLength}.");
        }
    }
}

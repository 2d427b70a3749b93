using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Samples;
using Fleet.Testing;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using MQTTnet.Protocol;

namespace Fleet.ControlPlane.Tests.Fuzz;

/// <summary>What devices send is taken or refused, whatever it is.</summary>
public sealed class OutsideFuzzTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    [Fact]
    public async Task A_message_of_a_device_is_taken_or_refused_and_the_next_one_is_heard()
    {
        await using var device = await TestDevice.EnrolAsync(plane.Server, "fuzzed");
        var upstream = plane.Services.GetRequiredService<Upstream>();
        var id = device.Id;
        var at = DateTimeOffset.UnixEpoch;
        var camera = CameraId.Parse("door");
        (string Topic, byte[] Valid)[] messages =
        [
            (Topics.Status(id), Bytes(new StatusMessage(Presence.Online), FleetJson.Strict.StatusMessage)),
            (Topics.Reported(id), Bytes(device.Report(1, ("door", VersionId.Parse("m@1"), UpdateState.Committed)), FleetJson.Strict.Reported)),
            (Topics.Telemetry(id), Bytes(new Telemetry(id, at, at, [], 1, 2, 3), FleetJson.Strict.Telemetry)),
            (Topics.Events(id, camera), Bytes(new DetectionEvent(id, camera, VersionId.Parse("m@1"), 1, at, 64, 48, []), FleetJson.Strict.DetectionEvent)),
        ];

        foreach (var (topic, valid) in messages)
        {
            Mutants.Feed([valid, .. messages.Select(m => m.Valid)], few: 400, mutant => upstream.Take(id.ToString(), Message(topic, mutant)));
            Mutants.Feed([Encoding.UTF8.GetBytes(topic)], few: 200, mutant => upstream.Take(id.ToString(), Message(Encoding.UTF8.GetString(mutant), valid)));
            Assert.Equal(MqttPubAckReasonCode.Success, upstream.Take(id.ToString(), Message(topic, valid)));
        }
    }

    [Fact]
    public void A_pictures_header_is_read_or_refused() => Mutants.Feed([Jpegs.Of(640, 480), Jpegs.Of(1, 1, seed: 7)], few: 4000, mutant =>
    {
        try
        {
            var size = JpegHeader.Read(mutant);
            Assert.InRange(size.WidthPx, 1, 65535);
            Assert.InRange(size.HeightPx, 1, 65535);
        }
        catch (ProblemException e)
        {
            Assert.Equal(Problems.SamplePicture, e.Kind);
        }
    });

    private static byte[] Bytes<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);

    private static MqttApplicationMessage Message(string topic, byte[] payload) => new() { Topic = topic, Payload = new ReadOnlySequence<byte>(payload) };
}

using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Bench.Ingest;

/// <summary>A device with a certificate of the control plane's CA.</summary>
internal sealed record EnrolledDevice(DeviceId Id, X509Certificate2 Certificate, PinnedCa Ca) : IDisposable
{
    public void Dispose() => Certificate.Dispose();
}

/// <summary>Enrols devices the way every device is enrolled: token, own key, certificate request.</summary>
internal sealed class Enroller(FleetClient client, string folder)
{
    // the enrolment limit is per address, and the devices of a fleet do not share one
    private const int DevicesPerAddress = 100;
    private const int AtOnce = 4;

    public async Task<IReadOnlyList<EnrolledDevice>> EnrolAsync(int count, CancellationToken cancellationToken)
    {
        var devices = new List<EnrolledDevice>(count);
        foreach (var group in Enumerable.Range(0, count).Chunk(DevicesPerAddress))
        {
            devices.AddRange(await EnrolGroupAsync(group, cancellationToken));
        }

        return devices;
    }

    private async Task<EnrolledDevice[]> EnrolGroupAsync(int[] numbers, CancellationToken cancellationToken)
    {
        var address = new IPAddress([127, 0, 1, (byte)(1 + (numbers[0] / DevicesPerAddress))]);
        var devices = new EnrolledDevice[numbers.Length];
        using var http = new ConnectedHttp(address, await TicketAsync(DeviceId.Parse("bench-probe"), cancellationToken));
        await Parallel.ForAsync(0, numbers.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var id = DeviceId.Parse($"bench-{numbers[i]}");
            devices[i] = await EnrolOneAsync(http.Client, id, await TicketAsync(id, token), token);
        });
        return devices;
    }

    private async Task<EnrolmentTicket> TicketAsync(DeviceId device, CancellationToken cancellationToken) =>
        EnrolmentToken.Parse((await client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(device), cancellationToken)).Token);

    private async Task<EnrolledDevice> EnrolOneAsync(HttpClient http, DeviceId id, EnrolmentTicket ticket, CancellationToken cancellationToken)
    {
        using var identity = DeviceIdentity.LoadOrCreate(Path.Combine(folder, id.ToString()));
        using var answer = await http.PostAsync(
            "/device/v1/enrol", JsonContent.Create(new EnrolRequest(ticket.Secret, identity.CertificateRequestPem), FleetJson.Strict.EnrolRequest), cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new BenchFailedException($"{id} could not enrol: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        var enrolment = await answer.Content.ReadFromJsonAsync(FleetJson.Strict.EnrolResponse, cancellationToken)
            ?? throw new BenchFailedException($"{id} could not enrol: the answer is empty.");
        identity.Accept(enrolment, ticket.CaPin, TimeProvider.System);
        return new EnrolledDevice(id, identity.Certificate(), PinnedCa.FromPem(enrolment.CaPem, TimeProvider.System));
    }

    /// <summary>Connections to the device API that come from an address of their own on the loopback.</summary>
    private sealed class ConnectedHttp : IDisposable
    {
        public ConnectedHttp(IPAddress from, EnrolmentTicket ticket)
        {
            var handler = new SocketsHttpHandler { ConnectCallback = (context, token) => ConnectAsync(from, context.DnsEndPoint.Port, token) };
            handler.SslOptions.RemoteCertificateValidationCallback = PinnedCa.FromPin(ticket.CaPin, TimeProvider.System).Validate;
            Client = new HttpClient(handler) { BaseAddress = new Uri(ticket.Url) };
        }

        public HttpClient Client { get; }

        public void Dispose() => Client.Dispose();

        private static async ValueTask<Stream> ConnectAsync(IPAddress from, int port, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(from, port: 0));
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

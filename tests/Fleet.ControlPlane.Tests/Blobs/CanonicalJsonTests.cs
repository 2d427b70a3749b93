using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;

namespace Fleet.ControlPlane.Tests.Blobs;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Gives_equal_content_equal_bytes_whatever_the_order_it_was_written_in()
    {
        var first = new Dictionary<string, double> { ["map50"] = 0.61, ["ap"] = 1 };
        var second = new Dictionary<string, double> { ["ap"] = 1, ["map50"] = 0.61 };

        var bytes = CanonicalJson.Bytes(first, FleetJson.Strict.DictionaryStringDouble);

        Assert.Equal("""{"ap":1,"map50":0.61}""", Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, CanonicalJson.Bytes(second, FleetJson.Strict.DictionaryStringDouble));
    }
}

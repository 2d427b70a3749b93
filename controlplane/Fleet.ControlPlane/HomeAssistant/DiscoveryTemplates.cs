using Fleet.Contracts;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>Jinja templates that read one figure out of a message. Names in them are those of the wire records; a test holds them against the schemas.</summary>
internal static class DiscoveryTemplates
{
    public const string Online = "{{ 'ON' if value_json.presence == 'Online' else 'OFF' }}";

    public const string Available = "{{ 'online' if value_json.presence == 'Online' else 'offline' }}";

    public const string Objects = "{{ value_json.detections | count }}";

    public static string ObjectsOf(string label) => "{{ value_json.detections | selectattr('label', 'eq', '" + label + "') | list | count }}";

    public static string FramesPerSecond(CameraId camera) => "{{ " + First("sources", "framesPerSecond", "0", ("camera", $"{camera}")) + " | round(1) }}";

    public static string Completed(CameraId camera) => "{{ " + Chosen("cameras", "completed", ("camera", $"{camera}")) + " | sum }}";

    public static string Present(CameraId camera, string zone) => "{{ (" + First("zones", "present", "{}", ("camera", $"{camera}"), ("zone", zone)) + ").values() | sum }}";

    public static string IsEmpty(CameraId camera, string zone) => "{{ 'ON' if (" + First("zones", "isEmpty", "false", ("camera", $"{camera}"), ("zone", zone)) + ") else 'OFF' }}";

    public static string Forward(CameraId camera, string line) => "{{ " + First("lines", "forward", "0", ("camera", $"{camera}"), ("line", line)) + " }}";

    public static string Backward(CameraId camera, string line) => "{{ " + First("lines", "backward", "0", ("camera", $"{camera}"), ("line", line)) + " }}";

    public static string Running(CameraId camera) => "{{ 'ON' if (" + First("cameras", "state", "''", ("id", $"{camera}")) + ") == 'Running' else 'OFF' }}";

    public static string Version(CameraId camera) => "{{ " + Serves(camera) + " }}";

    /// <summary>What an update entity reads: what serves, and what should.</summary>
    public static string Update(CameraId camera, VersionId wanted) => "{{ {'installed_version': " + Serves(camera) + ", 'latest_version': '" + wanted + "'} | tojson }}";

    private static string Serves(CameraId camera) => Chosen("cameras", "version", ("id", $"{camera}")) + " | first | default('none', true)";

    private static string First(string list, string member, string missing, params (string Member, string Value)[] where) =>
        Chosen(list, member, where) + $" | first | default({missing}, true)";

    private static string Chosen(string list, string member, params (string Member, string Value)[] where) =>
        $"(value_json.{list} or []){string.Concat(where.Select(w => $" | selectattr('{w.Member}', 'eq', '{w.Value}')"))} | map(attribute='{member}')";
}

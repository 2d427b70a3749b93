using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Fleet.ControlPlane.Platform;

/// <summary>Reads <see cref="FleetOptions"/> strictly and names everything that is wrong at once.</summary>
internal static class FleetOptionsReader
{
    private const string Section = "Fleet";

    public static FleetOptions Read(IConfiguration configuration)
    {
        var options = new FleetOptions();
        var wrong = new List<string>();
        Fill(options, configuration.GetSection(Section), wrong);
        CheckUrl(options, wrong);
        return wrong.Count == 0
            ? options
            : throw new StartException("The configuration cannot be used:" + string.Concat(wrong.Select(w => $"{Environment.NewLine}  {w}")));
    }

    private static void Fill(object target, IConfigurationSection section, List<string> wrong)
    {
        var properties = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                wrong.Add($"{child.Path} is not known; {section.Path} has {string.Join(", ", properties.Select(p => p.Name))}.");
            }
            else if (property.PropertyType == typeof(string) || property.PropertyType.IsValueType)
            {
                Set(target, property, child, wrong);
            }
            else
            {
                Fill(property.GetValue(target)!, child, wrong);
            }
        }

        foreach (var property in properties)
        {
            Check(target, property, section.Path, wrong);
        }
    }

    private static void Set(object target, PropertyInfo property, IConfigurationSection child, List<string> wrong)
    {
        try
        {
            property.SetValue(target, System.ComponentModel.TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(child.Value ?? ""));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            wrong.Add($"{child.Path} is '{child.Value}', which is not a {property.PropertyType.Name}.");
        }
    }

    private static void Check(object target, PropertyInfo property, string path, List<string> wrong)
    {
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateProperty(property.GetValue(target), new ValidationContext(target) { MemberName = property.Name }, results))
        {
            wrong.AddRange(results.Select(r => $"{path}:{property.Name}: {r.ErrorMessage} Give it as --{path}:{property.Name}=VALUE."));
        }
    }

    private static void CheckUrl(FleetOptions options, List<string> wrong)
    {
        if (options.Hosts().Length == 0)
        {
            wrong.Add("Fleet:PublicHost is empty; give at least one name or address.");
        }

        if (options.LabelStudio is { Url.Length: > 0 } studio && studio.Server() is null)
        {
            wrong.Add($"Fleet:LabelStudio:Url is '{studio.Url}'; wanted http://ADDRESS:PORT or https://ADDRESS:PORT.");
        }

        wrong.AddRange(options.Oidc.Wrong());
        if (!Uri.TryCreate(options.Operator.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/")
        {
            wrong.Add($"Fleet:Operator:Url is '{options.Operator.Url}'; wanted http://ADDRESS:PORT or https://ADDRESS:PORT without a path.");
        }
        else if (url.Scheme == "http" && !url.IsLoopback)
        {
            wrong.Add($"Fleet:Operator:Url is '{options.Operator.Url}'; plain HTTP is for loopback only, use https:// here.");
        }
    }
}

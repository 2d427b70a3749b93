using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Contracts;

/// <summary>A message of an older program leaves out what it does not know.</summary>
public sealed class LeftOutTests
{
    [Fact]
    public void A_policy_keeps_its_own_values_for_what_a_message_leaves_out()
    {
        var read = JsonSerializer.Deserialize("""{"previewSeconds":5}""", FleetJson.Tolerant.DevicePolicy);

        Assert.Equal(new DevicePolicy { PreviewSeconds = 5, ShedFirst = read!.ShedFirst, Redactions = read.Redactions }, read);
        Assert.Empty(read.ShedFirst);
        Assert.Empty(read.Redactions);
    }

    [Fact]
    public void A_card_without_figures_has_empty_ones()
    {
        const string Card = """
            {"version":"shelf@1","head":"fleet","classes":["box"],"variants":[],
             "input":{"name":"images","widthPx":32,"heightPx":32,"element":"uint8","color":"rgb","scale":1,"mean":[],"std":[],"fit":"letterbox","pad":114}}
            """;

        var card = JsonSerializer.Deserialize(Card, FleetJson.Tolerant.ModelCard)!;

        Assert.Equal((0.3f, 0.5f), (card.ScoreThreshold, card.NmsIou));
        Assert.Equal((0, new Lineage(), 0), (card.Metrics.Count, card.Lineage, card.Sparsity.Count));
    }

    [Fact]
    public void No_wire_record_has_a_value_of_its_own_that_generated_code_would_lose()
    {
        var lost =
            from type in typeof(DevicePolicy).Assembly.GetExportedTypes()
            where type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor(Type.EmptyTypes) is not null
            let made = Activator.CreateInstance(type)
            from property in type.GetProperties()
            where property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true
            let zero = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null
            where property.GetCustomAttribute<RequiredMemberAttribute>() is null && !Equals(property.GetValue(made), zero)
            select $"{type.Name}.{property.Name}";

        Assert.Empty(lost);
    }
}

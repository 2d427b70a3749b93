using Fleet.Contracts;
using Microsoft.AspNetCore.Connections;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Which door a connection came in by; as metadata, which door an endpoint belongs to. Without metadata: the operator's.</summary>
internal sealed class Listener
{
    public static readonly Listener Operator = new("operator");
    public static readonly Listener Device = new("device");
    private readonly string _name;

    private Listener(string name) => _name = name;

    public override string ToString() => _name;

    /// <summary>Marks every connection of a Kestrel endpoint.</summary>
    public void Mark(IConnectionBuilder connections) => connections.Use(next => connection =>
    {
        connection.Features.Set(this);
        return next(connection);
    });

    /// <summary>An address of the other listener does not exist here.</summary>
    public static Task ConfineAsync(HttpContext context, RequestDelegate next)
    {
        var came = context.Features.Get<Listener>() ?? Operator;
        var belongs = context.GetEndpoint()?.Metadata.GetMetadata<Listener>() ?? Operator;
        if (context.GetEndpoint() is not null && came != belongs)
        {
            throw new ProblemException(Problems.RouteUnknown, $"The {came} listener has no {context.Request.Path}.");
        }

        return next(context);
    }
}

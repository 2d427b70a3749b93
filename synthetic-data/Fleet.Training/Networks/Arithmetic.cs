using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Tensors with plain numbers.</summary>
/// <remarks>The library's own operators make a scalar that nobody holds (so does <c>square()</c>, a power of 2, and <c>add</c>, which multiplies by 1): the collector may free it while native code still reads it. These live until the call returns.</remarks>
internal static class Arithmetic
{
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar number = factor;
        return x.mul(number);
    }

    public static Tensor Plus(this Tensor x, double more)
    {
        using Scalar number = more, once = 1;
        return x.add(number, once);
    }

    public static Tensor Plus(this Tensor x, Tensor more)
    {
        using Scalar once = 1;
        return x.add(more, once);
    }

    /// <summary>x / divisor.</summary>
    public static Tensor Over(this Tensor x, double divisor)
    {
        using Scalar number = divisor;
        return x.div(number);
    }

    /// <summary>1 - x.</summary>
    public static Tensor Rest(this Tensor x) => x.neg().Plus(1);

    public static Tensor AtLeast(this Tensor x, double low)
    {
        using Scalar number = low;
        return x.clamp_min(number);
    }

    public static Tensor AtMost(this Tensor x, double high)
    {
        using Scalar number = high;
        return x.clamp_max(number);
    }

    public static Tensor Within(this Tensor x, double low, double high)
    {
        using Scalar least = low, most = high;
        return x.clamp(least, most);
    }

    public static Tensor Power(this Tensor x, double exponent)
    {
        using Scalar number = exponent;
        return x.pow(number);
    }

    /// <summary>x times x.</summary>
    public static Tensor Squared(this Tensor x) => x.mul(x);

    /// <summary>x where it is above 0, else <paramref name="slope"/> times x.</summary>
    public static Tensor Leaky(this Tensor x, double slope)
    {
        using Scalar number = slope;
        return x.leaky_relu(number);
    }

    /// <summary>x where it is above 0, else <paramref name="low"/> times (e^x - 1).</summary>
    public static Tensor Exponential(this Tensor x, double low)
    {
        using Scalar number = low, once = 1;
        return x.elu(number, once, once);
    }

    /// <summary>ln(1 + e^x).</summary>
    public static Tensor Softplus(this Tensor x) => nn.functional.logsigmoid(x.neg()).neg();

    /// <summary>Whether x is below 0.</summary>
    public static Tensor IsNegative(this Tensor x)
    {
        using Scalar nothing = 0;
        return x.lt(nothing);
    }

    /// <summary>1 where x is <paramref name="value"/>, else 0, as float32.</summary>
    public static Tensor Is(this Tensor x, double value)
    {
        using Scalar number = value;
        return x.eq(number).to(ScalarType.Float32);
    }

    /// <summary>1 where x is not 0, else 0, as float32.</summary>
    public static Tensor IsNotZero(this Tensor x)
    {
        using Scalar nothing = 0;
        return x.ne(nothing).to(ScalarType.Float32);
    }
}

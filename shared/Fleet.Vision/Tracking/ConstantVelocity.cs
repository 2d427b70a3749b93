namespace Fleet.Vision.Tracking;

/// <summary>A Kalman filter of one coordinate that moves at a speed which wanders. The eight-state filter of a box falls apart into four of these, because none of its noises couples two coordinates.</summary>
internal struct ConstantVelocity
{
    private float _valueVariance;
    private float _covariance;
    private float _speedVariance;

    /// <summary>Estimate, px.</summary>
    public float Value { get; private set; }

    /// <summary>Estimate, px a second.</summary>
    public float Speed { get; set; }

    public void Start(float value, float valueStd, float speedStd)
    {
        (Value, Speed) = (value, 0);
        (_valueVariance, _covariance, _speedVariance) = (valueStd * valueStd, 0, speedStd * speedStd);
    }

    /// <param name="seconds">Time that passed.</param>
    /// <param name="wander">How far the value strays by itself in a second, px.</param>
    /// <param name="push">How much the speed changes in a second, px a second.</param>
    public void Predict(float seconds, float wander, float push)
    {
        Value += Speed * seconds;
        var pushed = push * push * seconds;
        _valueVariance += (seconds * ((2 * _covariance) + (seconds * _speedVariance))) + (wander * wander * seconds) + (pushed * seconds * seconds / 3);
        _covariance += (seconds * _speedVariance) + (pushed * seconds / 2);
        _speedVariance += pushed;
    }

    public void Correct(float measured, float std)
    {
        var total = _valueVariance + (std * std);
        var (gain, speedGain) = (_valueVariance / total, _covariance / total);
        var surprise = measured - Value;
        Value += gain * surprise;
        Speed += speedGain * surprise;
        _speedVariance -= speedGain * _covariance;
        _covariance *= 1 - gain;
        _valueVariance *= 1 - gain;
    }
}

namespace Rubato.Processes;

/// <summary>What a network was trained to predict.</summary>
public enum Parameterisation
{
    /// <summary>The noise.</summary>
    Noise,

    /// <summary>The clean sample.</summary>
    Data,

    /// <summary>v = alpha * noise - sigma * x0 (Salimans and Ho 2022, arXiv:2202.00512).</summary>
    Velocity,

    /// <summary>noise - x0, the velocity of the straight path (Liu et al. 2022, arXiv:2209.03003).</summary>
    Flow,
}

/// <summary>An estimate that is a combination of the state and the network's output.</summary>
/// <param name="State">Factor of the state.</param>
/// <param name="Output">Factor of the output.</param>
public readonly record struct Estimate(double State, double Output);

/// <summary>
/// From a network's output to the clean sample and the noise, for a state x of any coordinates that the network sees
/// as z = scale * x.
/// </summary>
public static class Parameterisations
{
    /// <summary>The clean sample; infinite factors where the level leaves it undetermined.</summary>
    public static Estimate Data(this Parameterisation parameterisation, Level level, double scale)
    {
        double a = scale * level.Alpha, s = scale * level.Sigma;
        return parameterisation switch
        {
            Parameterisation.Noise => new(1 / level.Alpha, -level.Sigma / level.Alpha),
            Parameterisation.Data => new(0, 1),
            Parameterisation.Velocity => new(a * scale / (a * a + s * s), -s / (a * a + s * s)),
            Parameterisation.Flow => new(scale / (a + s), -s / (a + s)),
            _ => throw new ArgumentOutOfRangeException(nameof(parameterisation), parameterisation, "is no parameterisation"),
        };
    }

    /// <summary>The noise; infinite factors where the level leaves it undetermined.</summary>
    public static Estimate Noise(this Parameterisation parameterisation, Level level, double scale)
    {
        double a = scale * level.Alpha, s = scale * level.Sigma;
        return parameterisation switch
        {
            Parameterisation.Noise => new(0, 1),
            Parameterisation.Data => new(1 / level.Sigma, -level.Alpha / level.Sigma),
            Parameterisation.Velocity => new(s * scale / (a * a + s * s), a / (a * a + s * s)),
            Parameterisation.Flow => new(scale / (a + s), a / (a + s)),
            _ => throw new ArgumentOutOfRangeException(nameof(parameterisation), parameterisation, "is no parameterisation"),
        };
    }
}

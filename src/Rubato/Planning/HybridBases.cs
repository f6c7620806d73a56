using Rubato.Processes;

namespace Rubato.Planning;

/// <summary>
/// What a <see cref="HybridSchedule"/> mixes: curves of kappa = sigma / alpha that rise from one end to the other, each even in a
/// coordinate of its own. In that coordinate the ends are cut off, as lambda of two of them is infinite at the data and cannot
/// be scaled to an end there.
/// </summary>
internal static class HybridBases
{
    private const double Rho = 7;

    /// <summary>The time of DDPM's process in the limit of many steps, alpha^2 = exp(-0.1 t - 9.95 t^2).</summary>
    private static readonly ContinuousVariancePreserving LinearBeta = new();

    public static double Linear(double place, double min, double max)
        => LinearBeta.At(double.Lerp(LinearBeta.OfKappa(min).Time, LinearBeta.OfKappa(max).Time, place)).Kappa;

    /// <summary>Even in the angle whose cosine is alpha.</summary>
    public static double Cosine(double place, double min, double max)
        => Math.Tan(double.Lerp(Math.Atan(min), Math.Atan(max), place));

    public static double Karras(double place, double min, double max)
        => Math.Pow(double.Lerp(Math.Pow(min, 1 / Rho), Math.Pow(max, 1 / Rho), place), Rho);

    /// <summary>Even in s = kappa / (1 + kappa), the weight of the noise in (1 - s) x0 + s noise.</summary>
    public static double Flow(double place, double min, double max)
    {
        double s = double.Lerp(min / (1 + min), max / (1 + max), place);
        return s / (1 - s);
    }
}

using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>A step in kappa that goes down too far, and up again by fresh noise.</summary>
internal static class AncestralStep
{
    /// <summary>How far down, and the deviation of the noise that leads up to where the step ends.</summary>
    /// <param name="from">kappa where the step begins.</param>
    /// <param name="to">kappa where it ends.</param>
    /// <param name="eta">How much of the noise is renewed: 0 none, 1 as much as DDPM.</param>
    public static (double Down, double Up) Split(double from, double to, double eta)
    {
        double up = Math.Min(to, eta * Math.Sqrt(to * to * (from * from - to * to) / (from * from)));
        return (Math.Sqrt(to * to - up * up), up);
    }

    /// <summary>A state with noise of a deviation added, that of the trajectory's path between two levels.</summary>
    public static Tensor Renew(Tensor x, double deviation, SamplingContext context, Level from, Level to)
        => deviation == 0 ? x : LinearCombination.Of((1, x), (deviation, context.DrawNoise(x, from, to)));
}

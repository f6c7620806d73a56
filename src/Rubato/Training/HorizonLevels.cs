using Rubato.Planning;
using Rubato.Processes;
using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>
/// The levels that trajectories of any length and schedule stop at: T is drawn log-uniformly from 10 to 1000, the schedule is
/// the linear one for half of the pictures and a hybrid of random weights for the others, and the level is one of its T. A
/// reconstruction of AC-Diff's adaptive sampling (Xing et al. 2024, arXiv:2411.15199).
/// </summary>
/// <param name="process">Whose table is told to the network.</param>
/// <param name="seed">Of the run.</param>
internal sealed class HorizonLevels(VariancePreserving process, long seed)
{
    private const double Fewest = 10, Most = 1000, GammaDeviation = 0.3;

    private readonly NumberedRandom _random = new((ulong)seed, NoisePurpose.TrainingLevel);
    private readonly double _first = -Math.Log(process.Kappa(0)), _last = -Math.Log(process.Kappa(process.Steps - 1));

    /// <summary>The fractional training step of a picture's level.</summary>
    /// <param name="place">Where the level lies between data, 0, and noise, 1, in steps of the trajectory.</param>
    /// <param name="number">Of the picture: decides all the rest.</param>
    public double StepAt(double place, ulong number)
    {
        double steps = Math.Floor(Fewest * Math.Pow(Most / Fewest, Draw(0)));
        double u = Math.Clamp(Math.Ceiling(place * steps) / steps, 1 / steps, 1);
        return process.StepOfKappa(Math.Exp(-Schedule().Lambda(u, _first, _last)));

        HybridSchedule Schedule()
        {
            if (Draw(1) < 0.5) return new HybridSchedule(1, 0, 0, 0, 1);
            // Exponential variates over their sum are even over all mixtures (Dirichlet).
            double[] parts = [.. Enumerable.Range(2, 4).Select(use => -Math.Log(1 - Draw(use)))];
            double sum = parts.Sum(), radius = Math.Sqrt(-2 * Math.Log(1 - Draw(6)));   // Box and Muller 1958
            double gamma = Math.Exp(GammaDeviation * radius * Math.Cos(2 * Math.PI * Draw(7)));
            return new HybridSchedule(parts[0] / sum, parts[1] / sum, parts[2] / sum, parts[3] / sum,
                Math.Clamp(gamma, HybridSchedule.LeastGamma, HybridSchedule.GreatestGamma));
        }

        double Draw(int use) => _random.Uniform(number, (uint)use);
    }
}

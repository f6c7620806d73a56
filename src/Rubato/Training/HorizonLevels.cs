using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Tensors;
using Rubato.Training.Horizons;

namespace Rubato.Training;

/// <summary>
/// The levels that trajectories of any length and schedule stop at: T is drawn log-uniformly from 10 to 1000, the schedule is
/// the linear one for half of the pictures and a hybrid of random weights for the others, and the level is one of its T. A
/// reconstruction of AC-Diff's adaptive sampling (Xing et al. 2024, arXiv:2411.15199). Of a network that is adapted to a module's
/// horizons, half of the pictures have a T around the module's and the schedule is the hybrid one that is fitted for T.
/// </summary>
/// <param name="process">Whose table is told to the network.</param>
/// <param name="seed">Of the run.</param>
/// <param name="adaptation">The module and the schedules that the network is adapted to; null before.</param>
internal sealed class HorizonLevels(VariancePreserving process, long seed, HorizonAdaptation? adaptation = null)
{
    private const double Fewest = 10, Most = 1000, GammaDeviation = 0.3, HorizonDeviation = 0.3;

    private readonly NumberedRandom _random = new((ulong)seed, NoisePurpose.TrainingLevel);
    private readonly double _first = -Math.Log(process.Kappa(0)), _last = -Math.Log(process.Kappa(process.Steps - 1));

    /// <summary>A picture's level.</summary>
    /// <param name="place">Where the level lies between data, 0, and noise, 1, in steps of the trajectory.</param>
    /// <param name="number">Of the picture: decides all the rest.</param>
    /// <param name="subject">The class that it is shown with; null for none.</param>
    /// <param name="structure">The structure that it is shown with; null for none.</param>
    public TrajectoryLevel At(double place, ulong number, int? subject = null, Structure? structure = null)
    {
        bool first = Draw(1) < 0.5;
        int steps = adaptation is not null && first ? AroundModule(adaptation) : (int)(Fewest * Math.Pow(Most / Fewest, Draw(0)));
        HybridSchedule schedule = adaptation is not null
            ? adaptation.ScheduleFor(steps, Draw(8) < 0.5 ? SamplerKind.Ancestral : SamplerKind.Deterministic)
            : first ? new HybridSchedule(1, 0, 0, 0, 1) : RandomSchedule();
        double t = Math.Clamp(Math.Ceiling(place * steps), 1, steps);
        return new TrajectoryLevel(steps, (int)t, Math.Exp(-schedule.Lambda(t / steps, _first, _last)));

        int AroundModule(HorizonAdaptation module) => (int)Math.Clamp(
            Math.Round(module.HorizonOf(subject, structure) * Math.Exp(HorizonDeviation * Normal())), HorizonRule.Fewest, HorizonRule.Most);

        HybridSchedule RandomSchedule()
        {
            // Exponential variates over their sum are even over all mixtures (Dirichlet).
            double[] parts = [.. Enumerable.Range(2, 4).Select(use => -Math.Log(1 - Draw(use)))];
            double sum = parts.Sum();
            return new HybridSchedule(parts[0] / sum, parts[1] / sum, parts[2] / sum, parts[3] / sum,
                Math.Clamp(Math.Exp(GammaDeviation * Normal()), HybridSchedule.LeastGamma, HybridSchedule.GreatestGamma));
        }

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - Draw(6))) * Math.Cos(2 * Math.PI * Draw(7));   // Box and Muller 1958

        double Draw(int use) => _random.Uniform(number, (uint)use);
    }
}

/// <summary>A level as a stop of a trajectory.</summary>
/// <param name="Steps">T, the length of the trajectory.</param>
/// <param name="Number">t, from T, the noisiest, to 1.</param>
/// <param name="Kappa">sigma / alpha.</param>
internal readonly record struct TrajectoryLevel(int Steps, int Number, double Kappa);

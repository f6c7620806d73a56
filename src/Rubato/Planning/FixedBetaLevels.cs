using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>How a chain of T steps is made from a table of betas that was meant for more.</summary>
internal enum FixedBeta
{
    /// <summary>T betas, evenly from the first to the last, taken as they are.</summary>
    Stride,

    /// <summary>The first T betas.</summary>
    Prefix,

    /// <summary>alpha^2 at T training steps, evenly from the first to the last: the betas follow.</summary>
    Respaced,

    /// <summary>The betas of <see cref="Stride"/>, each as many times as large as the chain is shorter, at most 0.999.</summary>
    Rescaled,

    /// <summary>alpha^2 = exp(-0.1 u - 9.95 u^2) at u = t / T, DDPM's table in the limit of many steps.</summary>
    Recomputed,
}

/// <summary>
/// Chains of a fixed beta schedule: what AC-Diff's adaptive schedules are compared with (Xing et al. 2024, arXiv:2411.15199; which
/// one its "Fixed-beta" is, the paper leaves open). The start state is standard normal noise, however much signal the chain's
/// first level has: that is what is wrong with the first two.
/// </summary>
/// <param name="Rule">How the chain is made.</param>
internal sealed record FixedBetaLevels(FixedBeta Rule) : IPlanner
{
    private const double LargestBeta = 0.999;

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        IEnumerable<Level> levels = AlphaBar(process.Table(), steps).Select(bar => process.OfKappa(Math.Sqrt((1 - bar) / bar)));
        return new GridEnds { UnitStart = true }.Close([.. levels], process, coordinates);
    }

    /// <summary>alpha^2 for t = T to 1, rising.</summary>
    /// <param name="table">The process.</param>
    /// <param name="steps">T, at most those of the process.</param>
    internal double[] AlphaBar(VariancePreserving table, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, table.Steps);
        int[] spread = [.. StepSpacing.Steps(Spacing.Linspace, steps, table.Steps).Select(step => (int)step)];
        double scale = (double)table.Steps / steps;
        return Rule switch
        {
            FixedBeta.Stride => Chain(spread.Reverse().Select(Beta)),
            FixedBeta.Prefix => Chain(Enumerable.Range(0, steps).Select(Beta)),
            FixedBeta.Respaced => [.. spread.Select(step => (double)table.AlphaBar[step])],
            FixedBeta.Rescaled => Chain(spread.Reverse().Select(step => Math.Min(Beta(step) * scale, LargestBeta))),
            FixedBeta.Recomputed => [.. Enumerable.Range(0, steps).Select(i => Limit((double)(steps - i) / steps))],
            _ => throw new InvalidOperationException($"{Rule} is no rule."),
        };

        double Beta(int step) => step == 0 ? 1 - (double)table.AlphaBar[0] : 1 - (double)table.AlphaBar[step] / table.AlphaBar[step - 1];

        static double Limit(double u) => Math.Exp(-0.1 * u - 9.95 * u * u);
    }

    /// <summary>The running product of 1 - beta, last first.</summary>
    private static double[] Chain(IEnumerable<double> betas)
    {
        var chain = new List<double>();
        double product = 1;
        foreach (double beta in betas) chain.Add(product *= 1 - beta);
        chain.Reverse();
        return [.. chain];
    }
}

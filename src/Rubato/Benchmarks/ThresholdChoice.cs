using System.Globalization;
using Rubato.Guidance;
using Rubato.Policies;

namespace Rubato.Benchmarks;

/// <summary>Chooses thresholds by what they spare, on seeds that are not reported.</summary>
internal static class ThresholdChoice
{
    private const double NearEnough = 0.01, Least = 1e-5, Most = 10, Widening = 5;

    /// <summary>
    /// The threshold at which the mean share of evaluated steps comes nearest to the wanted one: the regula falsi in its
    /// logarithm, from one that is usual for the order.
    /// </summary>
    /// <param name="policy">Everything but the threshold.</param>
    /// <param name="wanted">Share of the steps.</param>
    /// <param name="trials">Most thresholds that are tried.</param>
    /// <param name="shareOf">Runs a policy over the seeds of choosing.</param>
    public static async Task<AdaptiveDiffusion> OfShareAsync(
        AdaptiveDiffusion policy, double wanted, int trials, Func<AdaptiveDiffusion, Task<double>> shareOf)
    {
        double threshold = policy.Order switch { SkipOrder.Third => 0.01, SkipOrder.Second => 0.02, SkipOrder.First => 0.04, _ => 0.1 };
        (double Log, double Share)? above = null, below = null;   // thresholds that evaluate too much, and too little
        AdaptiveDiffusion best = policy;
        double nearest = double.PositiveInfinity;
        for (int trial = 0; trial < trials && nearest > NearEnough; trial++)
        {
            AdaptiveDiffusion tried = policy with { Threshold = Rounded(threshold) };
            double share = await shareOf(tried).ConfigureAwait(false), distance = Math.Abs(share - wanted), log = Math.Log(threshold);
            if (distance < nearest) (nearest, best) = (distance, tried);
            if (share > wanted) above = (log, share);
            else below = (log, share);
            threshold = Math.Clamp((above, below) switch
            {
                ({ } a, { } b) when a.Share > b.Share => Math.Exp(a.Log + (a.Share - wanted) / (a.Share - b.Share) * (b.Log - a.Log)),
                ({ } a, { } b) => Math.Exp((a.Log + b.Log) / 2),
                ({ } a, null) => Math.Exp(a.Log) * Widening,
                _ => threshold / Widening,
            }, Least, Most);
        }

        return best;
    }

    /// <summary>The threshold of adaptive guidance at which guidance acts on half of the steps in the mean.</summary>
    /// <param name="cosines">Those of guided runs, step by step.</param>
    /// <param name="rule">Everything but the threshold.</param>
    public static AdaptiveGuidance OfHalf(IReadOnlyList<double[]> cosines, AdaptiveGuidance rule)
    {
        const int Candidates = 200;
        double[] all = [.. cosines.SelectMany(run => run)];
        return Enumerable.Range(0, Candidates + 1).Select(i => rule with { Threshold = Rounded(Statistics.Quantile(all, (double)i / Candidates), digits: 7) })
            .MinBy(candidate => Math.Abs(cosines.Average(run => (double)Guided(candidate, run) / run.Length) - 0.5))!;
    }

    /// <summary>How many steps of a run are guided.</summary>
    internal static int Guided(AdaptiveGuidance rule, double[] cosines)
    {
        var decision = new AdaptiveGuidance.Switch(rule);
        for (int step = 0; step < cosines.Length; step++)
        {
            decision.Observe(step, cosines.Length, cosines[step]);
            if (decision.IsOff) return step + 1;
        }

        return cosines.Length;
    }

    /// <summary>Few digits, so that a person can type it.</summary>
    private static double Rounded(double value, int digits = 3)
        => double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

using System.Globalization;
using Rubato.Policies;

namespace Rubato.Benchmarks;

/// <summary>What came out, in sentences that read the same whichever way it falls.</summary>
internal static class StudySentences
{
    private const double Aim = 28;   // dB at the headline's share, above every control

    /// <summary>Two sentences: the policy beside its controls, and whether it matters that it looks at the sample.</summary>
    public static IReadOnlyList<string> Summary(Setting setting, IReadOnlyList<StudyPoint> headline, double share)
    {
        StudyPoint own = headline[0], best = Nearest(headline), dealt = headline.First(point => point.Series == StudyGroup.Dealt);
        bool aheadOfAll = headline.Skip(1).All(point => point.Lead!.MeanInterval.Low > 0);
        return
        [
            FormattableString.Invariant($"Skipping by the third-order criterion at {100 * own.Share:0} % of the evaluations ({setting.Name}) keeps {own.Psnr.Mean:0.0} dB to the full run in the mean ({Range(own.Psnr.MeanInterval)}), ")
            + FormattableString.Invariant($"{Compared(best.Lead!)} the best way of equal cost that does not look at the sample, {best.Series} with {best.Psnr.Mean:0.0} dB: ")
            + FormattableString.Invariant($"the aim of {Aim:0} dB at {100 * share:0} %, above every control, is {(own.Psnr.Mean >= Aim && aheadOfAll ? "met" : own.Psnr.Mean >= Aim ? "met in quality, not against the controls" : "missed")}."),
            FormattableString.Invariant($"The same decisions dealt to other samples are {dealt.Psnr.Mean:0.0} dB from the full run, so deciding by the sample is {Compared(dealt.Lead!)} deciding without looking at it."),
        ];
    }

    /// <summary>A group: its first point beside the nearest control.</summary>
    public static string Group(IReadOnlyList<StudyPoint> points)
    {
        StudyPoint own = points[0], best = Nearest(points);
        return FormattableString.Invariant($"{Capital(own.Group)}: {own.Series} keeps {own.Psnr.Mean:0.0} dB ({Range(own.Psnr.MeanInterval)}) with {own.Evaluations:0.0} evaluations; it is {Compared(best.Lead!)} the best control, {best.Series} with {best.Psnr.Mean:0.0} dB and {best.Evaluations:0.0} evaluations.");
    }

    /// <summary>How much the decisions differ from sample to sample.</summary>
    public static string Masks(string group, RunResult[] runs)
    {
        int[] evaluated = [.. runs.Select(run => run.Evaluated.Count(step => step))];
        int different = runs.Select(run => string.Concat(run.Evaluated.Select(step => step ? '1' : '0'))).Distinct(StringComparer.Ordinal).Count();
        return $"At {group}, {runs.Length} samples have {different} different masks; they evaluate from {evaluated.Min()} to {evaluated.Max()} steps.";
    }

    /// <summary>A point beside the one that leads its group.</summary>
    public static string Pair(string leader, StudyPoint point)
        => FormattableString.Invariant($"{Capital(leader)} is {Compared(point.Lead!)} {point.Series}, which keeps {point.Psnr.Mean:0.0} dB with {point.Evaluations:0.0} evaluations, {100 * point.Share:0} % of those of the full run.");

    /// <summary>The greedy paths of some samples beside the criterion's.</summary>
    public static StudySection Greedy(
        Setting setting, AdaptiveDiffusion policy, long[] seeds, RunResult[] full, RunResult[] greedy, RunResult[] criterion, RunResult[] even)
    {
        double[] ofGreedy = StudyMeasures.Psnrs(full, greedy), ofCriterion = StudyMeasures.Psnrs(full, criterion), ofEven = StudyMeasures.Psnrs(full, even);
        IReadOnlyList<string>[] rows = [.. seeds.Select((seed, i) => Row($"{seed}", [i])), Row("all", [.. Enumerable.Range(0, seeds.Length)])];
        MaskAgreement all = Agreement([.. Enumerable.Range(0, seeds.Length)], criterion), ofEvenPath = Agreement([.. Enumerable.Range(0, seeds.Length)], even);
        return new StudySection("greedy", "The greedy path",
            FormattableString.Invariant($"{setting.Name}, {seeds.Length} sample{(seeds.Length == 1 ? "" : "s")}: from the full run the evaluation whose absence moves the final state least is given up, again and again, until as many ")
            + $"are left as the criterion used ({policy.Description}). Overlap of the skipped steps (Jaccard), and chi-squared of the table (skipped by the one) x (skipped by the other) with its probability under independence.",
            [FormattableString.Invariant($"Of the steps that the greedy path or the criterion skips, both skip {100 * all.Jaccard:0} % (evenly spread: {100 * ofEvenPath.Jaccard:0} %); chi-squared {all.ChiSquared:0.0}, p = {all.Probability:0.###}: ")
                + $"the choices are {(all.Probability < 0.05 ? "not independent" : "not told from independent ones")}.",
             FormattableString.Invariant($"At equal evaluations the greedy path keeps {ofGreedy.Average():0.0} dB, the criterion {ofCriterion.Average():0.0}, evenly spread evaluations {ofEven.Average():0.0}.")],
            [], new StudyTable(["seed", "evaluations", "overlap", "chi-squared", "p", "greedy dB", "criterion dB", "even dB"], rows));

        MaskAgreement Agreement(int[] samples, RunResult[] with)
            => MaskAgreement.Of(samples.Select(i => greedy[i].Evaluated), samples.Select(i => with[i].Evaluated));

        IReadOnlyList<string> Row(string name, int[] samples)
        {
            MaskAgreement agreement = Agreement(samples, criterion);
            return
            [
                name, Number(samples.Average(i => criterion[i].Evaluated.Count(step => step)), "0.#"), Number(agreement.Jaccard, "0.00"),
                Number(agreement.ChiSquared, "0.00"), Number(agreement.Probability, "0.000"), Number(samples.Average(i => ofGreedy[i]), "0.0"),
                Number(samples.Average(i => ofCriterion[i]), "0.0"), Number(samples.Average(i => ofEven[i]), "0.0"),
            ];
        }
    }

    /// <summary>The control whose pictures are nearest to the full run.</summary>
    private static StudyPoint Nearest(IReadOnlyList<StudyPoint> points)
        => points.Where(point => point.Role == PointRole.Control).MinBy(point => point.Lead!.Mean)!;

    private static string Compared(Distribution lead) => FormattableString.Invariant(lead.MeanInterval.ExcludesZero
        ? (FormattableString)$"{Math.Abs(lead.Mean):0.0} dB ({Range(lead.MeanInterval, lead.Mean < 0)}) {(lead.Mean > 0 ? "ahead of" : "behind")}"
        : $"not told apart ({lead.Mean:+0.0;-0.0;0.0} dB, {Range(lead.MeanInterval)}) from");

    private static string Range(Interval interval, bool negated = false) => negated
        ? FormattableString.Invariant($"{-interval.High:0.0} to {-interval.Low:0.0}") : FormattableString.Invariant($"{interval.Low:0.0} to {interval.High:0.0}");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

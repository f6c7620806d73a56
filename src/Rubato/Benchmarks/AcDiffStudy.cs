using Rubato.Evaluation;
using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>
/// Whether horizons and schedules that follow the condition help, against as many steps for all and against the same steps dealt
/// at random. A reconstruction of the experiments of AC-Diff (Xing et al. 2024, arXiv:2411.15199).
/// </summary>
/// <param name="parts">The model, with horizons.</param>
/// <param name="plan">How large it is.</param>
/// <param name="conditions">As many as the plan has.</param>
/// <param name="runs">Makes the runs of rows.</param>
/// <param name="classifier">Looks at pictures; null to count alone.</param>
/// <param name="real">Statistics of real pictures; null to count alone.</param>
internal sealed class AcDiffStudy(
    Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, AcDiffRuns runs,
    PictureClassifier? classifier, CifarReference? real)
{
    private readonly ConditionTimeSteps _horizons = parts.Horizons!;

    /// <summary>Runs all sections that are asked for.</summary>
    public async Task<AcDiffResult> RunAsync()
    {
        ErrorLaw[] laws = [.. conditions.Select(condition => _horizons.LawOf(condition.Class, condition.Structure))];
        var curves = new AcDiffCurves([], []);
        if (plan.Curves > 0)
        {
            runs.Begin("error curves");
            curves = await AcDiffCurves.MeasureAsync(runs, plan, First(conditions, plan.Curves)).ConfigureAwait(false);
        }

        var result = new AcDiffResult
        {
            Origin = StudyOrigin.Of(parts, seconds: 0),
            Plan = plan,
            Classes = parts.Classes,
            Fitted = _horizons.Conditions,
        };
        AcDiffCondition[] shown = First(conditions, plan.Samples);
        if (plan.Has(AcDiffSections.Horizons))
            result = result with { Horizons = AcDiffHorizonTable.Of(parts, plan, shown, First(laws, plan.Samples), curves) };
        if (plan.Has(AcDiffSections.Errors))
        {
            result = result with
            {
                Errors = await AcDiffErrors.MeasureAsync(runs, plan, shown, HorizonsOf(..plan.Samples)).ConfigureAwait(false),
            };
        }

        if (plan.Judges) result = await WithPicturesAsync(result, HorizonsOf).ConfigureAwait(false);
        return result with { Origin = StudyOrigin.Of(parts, runs.Seconds) };

        AcDiffHorizons HorizonsOf(Range range) => new(laws[range], [.. curves.Laws.Take(range)]);
    }

    private async Task<AcDiffResult> WithPicturesAsync(AcDiffResult result, Func<Range, AcDiffHorizons> horizonsOf)
    {
        PictureJudge? judge = classifier is null ? null : new PictureJudge(parts, classifier, real!, plan.Redraws);
        var pictures = new AcDiffPictures(runs, parts, plan, classifier, judge);
        result = result with { HeldOutDistance = judge?.HeldOutDistance };
        if (plan.Has(AcDiffSections.Distributions))
        {
            result = result with
            {
                Pictures = await pictures.WithoutGuidanceAsync(
                    First(conditions, plan.DistributionSamples), horizonsOf(..plan.DistributionSamples)).ConfigureAwait(false),
                Reverse = await pictures.ReverseAsync(
                    First(conditions, plan.ReverseSamples), horizonsOf(..plan.ReverseSamples)).ConfigureAwait(false),
            };
        }

        if (!plan.Has(AcDiffSections.Guided)) return result;
        if (plan.Guidance is null)
        {
            result = result with
            {
                Choice = await pictures.ChoiceAsync([.. conditions.Skip(plan.Reported)], horizonsOf(plan.Reported..)).ConfigureAwait(false),
            };
        }

        // To count alone, any will do.
        double guidance = plan.Guidance ?? result.Choice.MinBy(point => point.Figures.Frechet.Distance)?.Guidance ?? plan.Guidances[0];
        return result with
        {
            Guided = await pictures.GuidedAsync(
                First(conditions, plan.GuidedSamples), horizonsOf(..plan.GuidedSamples), guidance).ConfigureAwait(false),
        };
    }

    private static T[] First<T>(IReadOnlyList<T> all, int count) => [.. all.Take(count)];
}

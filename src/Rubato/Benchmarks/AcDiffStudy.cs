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
/// <param name="jury">What judges pictures.</param>
internal sealed class AcDiffStudy(Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, AcDiffRuns runs, Jury jury)
{
    private readonly ConditionTimeSteps _horizons = parts.Horizons!;
    private readonly AcDiffCondition[] _reported = [.. conditions.Skip(plan.ChoiceSamples)];

    /// <summary>Runs all sections that are asked for.</summary>
    public async Task<AcDiffResult> RunAsync()
    {
        ErrorLaw[] laws = LawsOf(_reported);
        AcDiffCurves curves = plan.HasCurves ? await CurvesAsync().ConfigureAwait(false) : AcDiffCurves.None;
        var result = new AcDiffResult
        {
            Origin = StudyOrigin.Of(parts, seconds: 0),
            Plan = plan,
            Classes = parts.Classes,
            Fitted = _horizons.Conditions,
        };
        AcDiffCondition[] shown = First(_reported, plan.Samples);
        if (plan.Has(AcDiffSections.Horizons))
        {
            runs.Begin("error curves of another noise");
            AcDiffCondition[] otherwise = [.. shown.Select(condition => condition.Again())];
            AcDiffCurves again = await AcDiffCurves.MeasureAsync(runs, plan, otherwise).ConfigureAwait(false);
            result = result with { Horizons = AcDiffHorizonTable.Of(parts, plan, shown, First(laws, plan.Samples), curves, again) };
        }

        if (plan.Has(AcDiffSections.Errors))
        {
            runs.Begin("errors");
            result = result with
            {
                Errors = await AcDiffErrors.MeasureAsync(
                    runs, AcDiffRow.OfErrors, plan.Budgets, plan.FullSteps, shown, HorizonsOf(plan.Samples)).ConfigureAwait(false),
            };
        }

        if (plan.Has(AcDiffSections.Ablations))
        {
            runs.Begin("ablations");
            result = result with
            {
                Ablations = await AcDiffErrors.MeasureAsync(runs, AcDiffRow.OfAblations, plan.AblationBudgets, plan.FullSteps,
                    First(shown, plan.AblationSamples), HorizonsOf(plan.AblationSamples)).ConfigureAwait(false),
            };
        }

        if (plan.Judges) result = await WithPicturesAsync(result, HorizonsOf).ConfigureAwait(false);
        return result with { Origin = StudyOrigin.Of(parts, runs.Seconds) };

        AcDiffHorizons HorizonsOf(int count) => new(laws[..count], [.. curves.Laws.Take(count)]);
    }

    /// <summary>The curves of the conditions of errors, and apart from them of those that pictures add.</summary>
    private async Task<AcDiffCurves> CurvesAsync()
    {
        runs.Begin("error curves");
        AcDiffCurves curves = await AcDiffCurves.MeasureAsync(runs, plan, First(_reported, plan.Samples)).ConfigureAwait(false);
        AcDiffCondition[] more = [.. First(_reported, plan.DistributionSamples).Skip(plan.Samples)];
        return more is [] || !plan.Has(AcDiffSections.Distributions) ? curves
            : curves.Then(await AcDiffCurves.MeasureAsync(runs, plan, more).ConfigureAwait(false));
    }

    private async Task<AcDiffResult> WithPicturesAsync(AcDiffResult result, Func<int, AcDiffHorizons> horizonsOf)
    {
        var pictures = new AcDiffPictures(runs, parts, plan, jury);
        result = result with { HeldOutDistance = jury.Real?.HeldOutDistance };
        if (plan.Has(AcDiffSections.Distributions))
        {
            result = result with
            {
                Pictures = await pictures.WithoutGuidanceAsync(
                    First(_reported, plan.DistributionSamples), horizonsOf(plan.DistributionSamples)).ConfigureAwait(false),
            };
        }

        if (plan.Has(AcDiffSections.Reverse))
        {
            result = result with
            {
                Reverse = await pictures.ReverseAsync(
                    First(_reported, plan.ReverseSamples), horizonsOf(plan.ReverseSamples)).ConfigureAwait(false),
            };
        }

        if (!plan.Has(AcDiffSections.Guided)) return result;
        if (plan.Guidance is null)
        {
            AcDiffCondition[] apart = First(conditions, plan.ChoiceSamples);
            result = result with { Choice = await pictures.ChoiceAsync(apart, new AcDiffHorizons(LawsOf(apart), [])).ConfigureAwait(false) };
        }

        // To count alone, any will do.
        double guidance = plan.Guidance ?? result.Choice.MinBy(point => point.Figures.Frechet.Distance)?.Guidance ?? plan.Guidances[0];
        return result with
        {
            Guided = await pictures.GuidedAsync(
                First(_reported, plan.GuidedSamples), horizonsOf(plan.GuidedSamples), guidance).ConfigureAwait(false),
        };
    }

    private ErrorLaw[] LawsOf(AcDiffCondition[] some) => [.. some.Select(condition => _horizons.LawOf(condition.Class, condition.Structure))];

    private static T[] First<T>(IReadOnlyList<T> all, int count) => [.. all.Take(count)];
}

using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>The sections of pictures: how those of ancestral runs are judged, without guidance and with it.</summary>
/// <param name="runs">Makes runs.</param>
/// <param name="parts">The model.</param>
/// <param name="plan">How large it is.</param>
/// <param name="jury">What judges pictures.</param>
internal sealed class AcDiffPictures(AcDiffRuns runs, Diffuser parts, AcDiffPlan plan, Jury jury)
{
    private static readonly (string Name, IAdaptation[] Layers)[] Layered =
    [
        ("AdaptiveDiffusion", [new AdaptiveDiffusion()]),
        ("AdaptiveDiffusion and AdaptiveGuidance", [new AdaptiveDiffusion(), new AdaptiveGuidance()]),
    ];

    private readonly PictureJudge? _judge = jury.Classifier is null ? null : new PictureJudge(parts, jury, plan.Redraws);

    /// <summary>All rows without guidance, R1 first.</summary>
    public async Task<IReadOnlyList<AcDiffPicturePoint>> WithoutGuidanceAsync(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        runs.Begin("pictures: R1");
        var points = new List<AcDiffPicturePoint>();
        await AddAsync(points, conditions, horizons, AcDiffRow.Full, plan.FullSteps).ConfigureAwait(false);
        runs.Begin("pictures");
        foreach (int budget in plan.Budgets)
            foreach (AcDiffRow row in AcDiffRow.OfPictures) await AddAsync(points, conditions, horizons, row, budget).ConfigureAwait(false);
        return points;
    }

    /// <summary>Conditions in the reverse process alone, R0, and R1 on the same conditions.</summary>
    public async Task<IReadOnlyList<AcDiffPicturePoint>> ReverseAsync(IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        runs.Begin("pictures: R0");
        var points = new List<AcDiffPicturePoint>();
        await AddAsync(points, conditions, horizons, AcDiffRow.ReverseOnly, plan.FullSteps, shown: condition => new RunCondition(
            condition.Name, parts.NoCondition, new ReverseConditions(parts, condition, jury))).ConfigureAwait(false);
        await AddAsync(points, conditions, horizons, AcDiffRow.Full, plan.FullSteps).ConfigureAwait(false);
        return points;
    }

    /// <summary>R1 with fewer steps at each weight of guidance, on conditions of its own.</summary>
    public async Task<IReadOnlyList<AcDiffPicturePoint>> ChoiceAsync(IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        runs.Begin("choice of guidance");
        var points = new List<AcDiffPicturePoint>();
        foreach (double guidance in plan.Guidances)
            await AddAsync(points, conditions, horizons, AcDiffRow.Full, plan.ChoiceSteps, guidance).ConfigureAwait(false);
        return points;
    }

    /// <summary>The rows of the guided section, R1 first.</summary>
    public async Task<IReadOnlyList<AcDiffPicturePoint>> GuidedAsync(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons, double guidance)
    {
        runs.Begin("pictures with guidance: R1");
        var points = new List<AcDiffPicturePoint>();
        await AddAsync(points, conditions, horizons, AcDiffRow.Full, plan.FullSteps, guidance).ConfigureAwait(false);
        runs.Begin("pictures with guidance");
        foreach (int budget in plan.Budgets)
        {
            foreach (AcDiffRow row in (AcDiffRow[])[AcDiffRow.SameSteps, AcDiffRow.SameStepsHybrid])
                await AddAsync(points, conditions, horizons, row, budget, guidance).ConfigureAwait(false);
            foreach (AcDiffRow row in (AcDiffRow[])[AcDiffRow.AcDiff, AcDiffRow.Deterministic with { Id = "R4d" }])
            {
                await AddAsync(points, conditions, horizons, row, budget, guidance).ConfigureAwait(false);
                foreach ((string name, IAdaptation[] layers) in Layered)
                    await AddAsync(points, conditions, horizons, row, budget, guidance, name, layers).ConfigureAwait(false);
            }
        }

        foreach (int budget in plan.ModernBudgets)
        {
            foreach (AcDiffRow row in AcDiffRow.Modern)
                await AddAsync(points, conditions, horizons, row, budget, guidance).ConfigureAwait(false);
        }

        return points;
    }

    private async Task AddAsync(
        List<AcDiffPicturePoint> points, IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons, AcDiffRow row, int budget,
        double guidance = 1, string with = "", IReadOnlyList<IAdaptation>? layers = null, Func<AcDiffCondition, RunCondition>? shown = null)
    {
        int[] steps = horizons.For(row.Horizons, budget);
        SolverTask task = runs.TaskOf(conditions, row, steps, new JudgedPictures(parts, jury, conditions), guidance, layers, shown);
        MeasuredRow made = await runs.MeasureAsync(task, $"figures by {jury.Digest} with {plan.Redraws} redraws",
            made => _judge?.Of(conditions, made).ToNumbers() ?? []).ConfigureAwait(false);
        if (made.Values.Length == 0) return;   // counted alone
        points.Add(new AcDiffPicturePoint
        {
            Row = row,
            With = with,
            Guidance = guidance,
            Budget = budget,
            Steps = steps,
            Evaluations = made.Evaluations,
            Seconds = made.Seconds,
            Figures = PictureFigures.Of(made.Values),
        });
    }
}

using Rubato.Pipelines;
using Rubato.Policies;

namespace Rubato.Benchmarks;

/// <summary>Which solver is nearest to the exact solution for its calls, and whose pictures are nearest to real ones.</summary>
/// <param name="parts">The model.</param>
/// <param name="plan">How large it is.</param>
/// <param name="runs">Makes runs whose errors are measured.</param>
/// <param name="pictures">Makes runs whose pictures are judged.</param>
/// <param name="calls">Counts calls of the network.</param>
/// <param name="jury">What judges pictures.</param>
internal sealed class SolverStudy(
    Diffuser parts, SolverStudyPlan plan, MeasuredRuns runs, MeasuredRuns pictures, CallCount calls, Jury jury)
{
    private readonly Dictionary<double, ErrorToReference> _errors = [];

    /// <summary>The model's own guidance.</summary>
    private double Guidance { get; } = parts.Classes.Count == 0 ? 1 : parts.GuidanceOf(asked: null);

    /// <summary>Runs all sections that are asked for.</summary>
    public async Task<SolverStudyResult> RunAsync()
    {
        bool errors = plan.Sections.HasFlag(SolverSections.Errors), adaptive = plan.Sections.HasFlag(SolverSections.Adaptive);
        var points = new List<SolverPoint>();
        double[] guidances = errors && Guidance != 1 ? [1, Guidance] : errors || adaptive ? [Guidance] : [];
        foreach (double guidance in guidances)
        {
            // Without the section of errors only the order of the solvers is asked for.
            runs.Begin($"{(errors ? "errors" : "order")} of solvers, {Words(guidance)}");
            _errors[guidance] = ToReference(guidance);
            points.AddRange(await ErrorsAsync(plan.Solvers, guidance, errors ? plan.Budgets : [SolverStudyPlan.RankingBudget],
                plan.Schedule).ConfigureAwait(false));
        }

        NamedSolver[] ranking = points.Count == 0 ? [] : [.. plan.Solvers.Index().OrderBy(solver => points.FirstOrDefault(point => point.Solver == solver.Item.Name
            && point.Guidance == Guidance && point.Budget == SolverStudyPlan.RankingBudget)?.Mean ?? double.PositiveInfinity)
            .ThenBy(solver => solver.Index).Select(solver => solver.Item)];
        var result = new SolverStudyResult
        {
            Origin = StudyOrigin.Of(parts, seconds: 0),
            Plan = plan,
            Guidance = Guidance,
            Ranking = [.. ranking.Select(solver => solver.Name)],
            Points = errors ? points : [],
            OtherSchedules = errors ? await OtherSchedulesAsync(ranking).ConfigureAwait(false) : [],
            Adaptive = adaptive ? await AdaptiveAsync(ranking).ConfigureAwait(false) : [],
        };
        if (plan.Sections.HasFlag(SolverSections.Distribution))
            result = result with { Distribution = await DistributionsAsync().ConfigureAwait(false), HeldOutDistance = jury.Real?.HeldOutDistance };
        return result with { Origin = StudyOrigin.Of(parts, runs.Seconds + pictures.Seconds) };
    }

    private ErrorToReference ToReference(double guidance)
    {
        var setting = new Setting(
            SolverStudyPlan.Reference, plan.ReferenceSteps, guidance, parts.Classes.Count > 0, SolverStudyPlan.ReferenceSchedule);
        var task = new SolverTask(setting, plan.Seeds, new WholeState(parts.Network.SampleShape.Elements));
        return runs.ErrorTo(task, plan.ReferenceName, parts.Range);
    }

    private async Task<List<SolverPoint>> ErrorsAsync(
        IEnumerable<NamedSolver> solvers, double guidance, IReadOnlyList<int> budgets, string schedule)
    {
        var points = new List<SolverPoint>();
        foreach (NamedSolver solver in solvers)
        {
            foreach (int budget in budgets)
            {
                if (calls.StepsFor(solver, budget, schedule) is not { } steps) continue;
                Setting setting = SettingOf(solver, steps, guidance, schedule);
                MeasuredRow row = await runs.MeasureErrorsAsync(new SolverTask(setting, plan.Seeds, _errors[guidance])).ConfigureAwait(false);
                int cost = calls.Of(solver.Name, steps, schedule)!.Value;
                points.Add(new SolverPoint(solver.Name, schedule, guidance, budget, steps, cost, row.Values));
            }
        }

        return points;
    }

    /// <summary>The best on other grids, with the model's guidance, where steps are few: there the grid counts.</summary>
    private async Task<IReadOnlyList<SolverPoint>> OtherSchedulesAsync(NamedSolver[] ranking)
    {
        runs.Begin("errors on other schedules");
        int[] budgets = [.. plan.Budgets.Where(budget => budget <= SolverStudyPlan.RankingBudget)];
        var points = new List<SolverPoint>();
        foreach (string schedule in plan.OtherSchedules)
            points.AddRange(await ErrorsAsync(ranking.Take(plan.OnOtherSchedules), Guidance, budgets, schedule).ConfigureAwait(false));
        return points;
    }

    private async Task<IReadOnlyList<AdaptivePoint>> AdaptiveAsync(NamedSolver[] ranking)
    {
        runs.Begin("AdaptiveDiffusion");
        var points = new List<AdaptivePoint>();
        foreach (NamedSolver solver in ranking.Take(plan.WithPolicy))
        {
            List<SolverPoint> plain = await ErrorsAsync([solver], Guidance, plan.Budgets, plan.Schedule).ConfigureAwait(false);
            foreach (int steps in plan.AdaptiveSteps)
            {
                if (calls.Of(solver.Name, steps, plan.Schedule) is not { } full) continue;
                Setting setting = SettingOf(solver, steps, Guidance, plan.Schedule);
                foreach (double threshold in plan.Thresholds)
                {
                    var policy = new AdaptiveDiffusion { Threshold = threshold, MaxSkip = 1, Limit = SkipLimit.Strict };
                    MeasuredRow row = await runs.MeasureErrorsAsync(
                        new SolverTask(setting, plan.Seeds, _errors[Guidance]) { Layers = [policy] }).ConfigureAwait(false);
                    double spent = row.Evaluations / setting.Branches;
                    if (row.Values.All(double.IsFinite))
                    {
                        points.Add(new AdaptivePoint(
                            solver.Name, steps, threshold, full, spent, Distribution.Of(row.Values), ErrorCurve.At(plain, spent)));
                    }
                }
            }
        }

        return points;
    }

    private async Task<IReadOnlyList<DistributionPoint>> DistributionsAsync()
    {
        pictures.Begin("distributions");
        var points = new List<DistributionPoint>();
        var measure = new PictureFeatures(parts, jury);
        FrechetBootstrap? frechet = jury.Real is { } real ? new FrechetBootstrap(real.Training, plan.Redraws) : null;
        foreach (NamedSolver solver in plan.DistributionSolvers)
        {
            foreach (int budget in plan.DistributionBudgets)
            {
                if (calls.StepsFor(solver, budget, plan.Schedule) is not { } steps) continue;
                var task = new SolverTask(
                    SettingOf(solver, steps, SolverStudyPlan.DistributionGuidance, plan.Schedule), plan.DistributionSeeds, measure);
                MeasuredRow row = await pictures.MeasureAsync(task, $"distances by {jury.Digest} with {plan.Redraws} redraws", Figures).ConfigureAwait(false);
                if (row.Values.Length == 0) continue;   // counted alone
                int cost = calls.Of(solver.Name, steps, plan.Schedule)!.Value;
                points.Add(new DistributionPoint(solver.Name, solver.IsStochastic, budget, steps, cost,
                    new FrechetEstimate(row.Values[0], row.Values[2..]), double.IsNaN(row.Values[1]) ? null : row.Values[1]));
            }
        }

        return points;

        double[] Figures(SolverRun[] made)
        {
            if (frechet?.Of([.. made.Select(run => run.Values)]) is not { } estimate) return [];
            return [estimate.Distance, PictureFeatures.AccuracyOf(made, ClassesOf(plan.DistributionSeeds)) ?? double.NaN, .. estimate.Redrawn];
        }
    }

    /// <summary>The class that each seed asks for; empty for a model without classes.</summary>
    private string[] ClassesOf(long[] seeds)
        => parts.Classes.Count == 0 ? [] : [.. seeds.Select(seed => parts.Classes[(int)(seed % parts.Classes.Count)])];

    private Setting SettingOf(NamedSolver solver, int steps, double guidance, string schedule)
        => new(solver.Name, steps, guidance, parts.Classes.Count > 0, schedule);

    private static string Words(double guidance) => guidance == 1 ? "no guidance" : FormattableString.Invariant($"guidance {guidance}");
}

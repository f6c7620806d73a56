using Rubato.Policies;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>Adaptive runs and their controls at equal mean evaluations.</summary>
/// <param name="Full">The full runs.</param>
/// <param name="Adaptive">Those that lead the group.</param>
/// <param name="Points">Theirs first, then those of the controls.</param>
internal sealed record StudyGroup(RunResult[] Full, RunResult[] Adaptive, IReadOnlyList<StudyPoint> Points)
{
    public const string FewerSteps = "fewer steps", EveryKth = "every k-th step", Zeus = "ZEUS's pattern", Dealt = "masks of others";

    /// <summary>Makes the runs.</summary>
    /// <param name="runner">Makes runs.</param>
    /// <param name="measures">Compares them.</param>
    /// <param name="setting">Of the full runs.</param>
    /// <param name="seeds">One run each.</param>
    /// <param name="series">What the policy is called.</param>
    /// <param name="group">What the group is called.</param>
    /// <param name="policy">The policy; null for what <paramref name="guidance"/> does alone.</param>
    /// <param name="guidance">Rules that the policy and its controls share, but for fewer steps.</param>
    /// <param name="controls">Of the names above.</param>
    public static async Task<StudyGroup> RunAsync(
        IStudyRunner runner, StudyMeasures measures, Setting setting, long[] seeds, string series, string group,
        IPolicy? policy, IReadOnlyList<IAdaptation> guidance, params IReadOnlyList<string> controls)
    {
        IReadOnlyList<IAdaptation> layers = policy is null ? guidance : [.. guidance, policy];
        RunResult[] full = await runner.RunAsync(setting, seeds, _ => []).ConfigureAwait(false);
        RunResult[] adaptive = await runner.RunAsync(setting, seeds, _ => layers).ConfigureAwait(false);
        var points = new List<StudyPoint>
        {
            measures.Point(series, group, PointRole.Adaptive, string.Join(" + ", layers.Select(layer => layer.Description)), full, adaptive, first: null),
        };
        foreach (string control in controls)
        {
            RunResult[] runs = await ControlAsync(runner, setting, seeds, control, adaptive, guidance).ConfigureAwait(false);
            points.Add(measures.Point(control, group, PointRole.Control, Words(control, setting, adaptive), full, runs, adaptive));
        }

        return new StudyGroup(full, adaptive, points);
    }

    /// <summary>Whole numbers, one for each of several samples, whose mean is as near to a number as it can be.</summary>
    internal static int[] Shares(double mean, int samples)
        => [.. Enumerable.Range(0, samples).Select(i => (int)(Math.Floor((i + 1) * mean + 1e-9) - Math.Floor(i * mean + 1e-9)))];

    private static Task<RunResult[]> ControlAsync(
        IStudyRunner runner, Setting setting, long[] seeds, string control, RunResult[] adaptive, IReadOnlyList<IAdaptation> guidance)
    {
        int[] evaluated = Shares(adaptive.Average(run => run.Evaluated.Count(step => step)), seeds.Length);
        switch (control)
        {
            case FewerSteps:
                int[] steps = Shares(adaptive.Average(run => run.Evaluations) / setting.Branches, seeds.Length);
                return runner.RunAsync(setting, seeds, _ => [], i => Math.Max(1, steps[i]));
            case EveryKth:
                return PatternAsync(i => StepPattern.Even(evaluated[i], setting.Steps));
            case Zeus:
                return PatternAsync(i => StepPattern.Zeus(evaluated[i], setting.Steps));
            default:
                int[] dealt = Statistics.Derangement(seeds.Length);
                return PatternAsync(i => StepPattern.Of(adaptive[dealt[i]].Evaluated));
        }

        Task<RunResult[]> PatternAsync(Func<int, StepPattern> pattern)
            => runner.RunAsync(setting, seeds, i => [.. guidance, pattern(i)]);
    }

    private static string Words(string control, Setting setting, RunResult[] adaptive) => FormattableString.Invariant(control switch
    {
        FewerSteps => (FormattableString)$"{setting.Solver}, {adaptive.Average(run => run.Evaluations) / setting.Branches:0.0} steps in the mean",
        EveryKth => $"{adaptive.Average(run => run.Evaluated.Count(step => step)):0.0} of {setting.Steps} steps in the mean, evenly spread",
        Zeus => $"{adaptive.Average(run => run.Evaluated.Count(step => step)):0.0} of {setting.Steps} steps in the mean, held and extrapolated in turn",
        _ => $"the same decisions, each taken for another sample",
    });
}

using System.Globalization;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Policies;

namespace Rubato.Benchmarks;

/// <summary>
/// The questions of the AdaptiveDiffusion paper (Ye et al. 2024, arXiv:2410.09873), asked of one model: does it pay to
/// decide by the sample which evaluations to skip, against skipping as many without looking?
/// </summary>
internal sealed class AdaptiveDiffusionStudy(Diffuser parts, StudyPlan plan, IStudyRunner runner, StudyMeasures measures)
{
    private const string Third = "third order";
    private const double GuidanceWhereNone = 1.5;   // of the question about guidance, for a model that is drawn without
    private static readonly string[] AllControls = [StudyGroup.FewerSteps, StudyGroup.EveryKth, StudyGroup.Zeus, StudyGroup.Dealt];

    private int _maxSkip = 4;
    private StudyGroup? _headline;

    /// <summary>The setting of the main questions: the model's own, with DDIM.</summary>
    public Setting Setting { get; } = new("ddim", plan.Steps, parts.Classes.Count == 0 ? 1 : parts.GuidanceOf(asked: null), parts.Classes.Count > 0);

    private string HeadlineGroup => Percent(plan.Headline);

    /// <summary>Asks all questions, one after the other.</summary>
    public async Task<StudyResult> RunAsync(string? perceptualName)
    {
        var sections = new List<StudySection>
        {
            await SettingsAsync().ConfigureAwait(false),
            await SharesAsync().ConfigureAwait(false),
            await OrdersAsync().ConfigureAwait(false),
            await StepsAsync().ConfigureAwait(false),
            await SolversAsync().ConfigureAwait(false),
            await NoiseAsync().ConfigureAwait(false),
        };
        if (parts.Classes.Count > 0 && parts.CanGuide)
        {
            sections.Add(await UnconditionalAsync().ConfigureAwait(false));
            sections.Add(await GuidanceAsync().ConfigureAwait(false));
        }

        sections.Add(await GreedyAsync().ConfigureAwait(false));
        return new StudyResult
        {
            Model = parts.Name,
            WeightsHash = parts.WeightsHash,
            Setting = Setting,
            Plan = plan,
            PerceptualName = perceptualName,
            Summary = StudySentences.Summary(Setting, _headline!.Points, plan.Headline),
            Sections = sections,
        };
    }

    private async Task<StudySection> SettingsAsync()
    {
        runner.Begin("threshold and longest run of skips");
        long[] seeds = plan.ChoiceSeeds(2);
        RunResult[] full = await runner.RunAsync(Setting, seeds, _ => []).ConfigureAwait(false);
        var rows = new List<IReadOnlyList<string>>();
        var found = new List<(int MaxSkip, double Share, double Psnr)>();
        foreach (double threshold in plan.Thresholds)
        {
            var row = new List<string> { threshold.ToString(CultureInfo.InvariantCulture) };
            foreach (int maxSkip in plan.MaxSkips)
            {
                AdaptiveDiffusion policy = Policy() with { Threshold = threshold, MaxSkip = maxSkip };
                RunResult[] runs = await runner.RunAsync(Setting, seeds, _ => [policy]).ConfigureAwait(false);
                double share = runs.Average(run => run.Evaluations) / full.Average(run => run.Evaluations);
                double psnr = StudyMeasures.Psnrs(full, runs).Average();
                found.Add((maxSkip, share, psnr));
                row.Add(string.Create(CultureInfo.InvariantCulture, $"{psnr:0.0} dB at {Percent(share)}"));
            }

            rows.Add(row);
        }

        _maxSkip = BestLimit(found, plan.Headline);
        return new StudySection("settings", "Threshold and longest run of skips",
            $"Third order, {Setting.Name}; mean PSNR to the full run at the mean share of its evaluations, over {seeds.Length} of the seeds "
            + "that thresholds are chosen on. Runs of skips never exceed their limit (limit=strict).",
            [$"Runs of at most {_maxSkip} skips are the best near {Percent(plan.Headline)} of the evaluations; all questions below use them."],
            [], new StudyTable([.. plan.MaxSkips.Select(skip => $"at most {skip}").Prepend("threshold")], rows));
    }

    private async Task<StudySection> SharesAsync()
    {
        runner.Begin("controls at equal evaluations");
        var points = new List<StudyPoint>();
        var findings = new List<string>();
        foreach (double share in plan.Shares)
        {
            AdaptiveDiffusion policy = await ChooseAsync(Setting, Policy(), share, plan.ChoiceSeeds()).ConfigureAwait(false);
            StudyGroup group = await CompareAsync(Setting, plan.Seeds(share == plan.Headline ? 1 : 4), Third, Percent(share), policy, AllControls)
                .ConfigureAwait(false);
            if (share == plan.Headline) _headline = group;
            points.AddRange(group.Points);
            findings.Add(StudySentences.Group(group.Points));
            if (share == plan.Headline) findings.Add(StudySentences.Masks(Percent(share), group.Adaptive));
        }

        StudyGroup asShipped = await CompareAsync(Setting, plan.Seeds(4), "the command's default", "default", new AdaptiveDiffusion(),
            StudyGroup.FewerSteps).ConfigureAwait(false);
        points.AddRange(asShipped.Points);
        findings.Add(StudySentences.Group(asShipped.Points));
        return new StudySection("shares", "Deciding by the sample, against controls of equal cost",
            $"{Setting.Name}. Each threshold is chosen on {plan.ChoiceSeeds().Length} other seeds to meet a share of the evaluations. Beside it, at "
            + "equal mean evaluations: DDIM with fewer steps, evenly spread evaluations, ZEUS's pattern, and the very decisions "
            + "of the policy dealt to other samples at random: what is left of the policy if it cannot look.", findings, points);
    }

    private async Task<StudySection> OrdersAsync()
    {
        runner.Begin("order of the criterion");
        long[] seeds = plan.Seeds();
        StudyGroup third = _headline!;
        var points = new List<StudyPoint> { third.Points[0] };
        foreach ((SkipOrder order, string name, int part) in ((SkipOrder, string, int)[])
            [(SkipOrder.Second, "second order", 1), (SkipOrder.First, "first order", 1), (SkipOrder.Vector, "third order of vectors", 4)])
        {
            AdaptiveDiffusion policy = await ChooseAsync(Setting, Policy() with { Order = order }, plan.Headline, plan.ChoiceSeeds(2)).ConfigureAwait(false);
            long[] own = plan.Seeds(part);
            RunResult[] runs = await runner.RunAsync(Setting, own, _ => [policy]).ConfigureAwait(false);
            points.Add(measures.Point(name, HeadlineGroup, PointRole.Adaptive, policy.Description, third.Full[..own.Length], runs, third.Adaptive[..own.Length]));
        }

        return new StudySection("orders", "First, second and third order",
            $"{Setting.Name}, at {Percent(plan.Headline)} of the evaluations. Third: |(d0 + d2)/2 - d1| / d1 over the lengths of the last three moves, as the "
            + "published code has it. Second: |d0 - d1| / d1. First: d0 over the size of the state. The latter two are reconstructions by "
            + "analogy. Of vectors: the third difference of the states over the last move, as the paper's formula reads.",
            [.. points.Skip(1).Select(point => StudySentences.Pair(Third, point))], points);
    }

    private async Task<StudySection> StepsAsync()
    {
        runner.Begin("number of steps");
        var groups = new List<StudyGroup>();
        foreach (int steps in plan.OtherSteps) groups.Add(await AtHeadlineAsync(Setting with { Steps = steps }, $"{steps} steps", AllControls).ConfigureAwait(false));
        return Section("steps", "Fewer steps to begin with", $"As above at {Percent(plan.Headline)}, with grids of {string.Join(", ", plan.OtherSteps)} steps, each compared with its own full run.", groups);
    }

    private async Task<StudySection> SolversAsync()
    {
        runner.Begin("solvers");
        var groups = new List<StudyGroup>();
        foreach (string solver in (string[])["dpmpp_2m", "euler"])
            groups.Add(await AtHeadlineAsync(Setting with { Solver = solver }, solver, AllControls).ConfigureAwait(false));
        return Section("solvers", "Other solvers", $"As above at {Percent(plan.Headline)}: DPM-Solver++ 2M and Euler, whose moves are measured in x / alpha.",
            [_headline! with { Points = [.. _headline!.Points.Select(point => point with { Group = Setting.Solver })] }, .. groups]);
    }

    private async Task<StudySection> NoiseAsync()
    {
        runner.Begin("stochastic steps");
        Setting setting = Setting with { Solver = "ddpm" };
        const string Excluded = "before the noise", Included = "with the noise";
        AdaptiveDiffusion policy = await ChooseAsync(setting, Policy(), plan.Headline, plan.ChoiceSeeds(4)).ConfigureAwait(false);
        StudyGroup group = await CompareAsync(setting, plan.Seeds(4), Excluded, HeadlineGroup, policy, StudyGroup.EveryKth, StudyGroup.Dealt).ConfigureAwait(false);
        AdaptiveDiffusion noisy = await ChooseAsync(setting, Policy() with { Noise = StepNoise.Included }, plan.Headline, plan.ChoiceSeeds(4)).ConfigureAwait(false);
        RunResult[] runs = await runner.RunAsync(setting, plan.Seeds(4), _ => [noisy]).ConfigureAwait(false);
        StudyPoint point = measures.Point(Included, HeadlineGroup, PointRole.Adaptive, noisy.Description, group.Full, runs, group.Adaptive);
        return new StudySection("noise", "Stochastic steps: the criterion before the noise, or with it",
            $"DDPM's ancestral steps, {setting.Steps} of them, at {Percent(plan.Headline)}. The noise that a step adds hides how evenly the state moves; before it is "
            + "added it does not. Fewer steps draw other noise, and so other pictures: they are no control here.",
            [StudySentences.Group(group.Points), StudySentences.Pair($"the criterion {Excluded}", point)], [.. group.Points, point]);
    }

    private async Task<StudySection> UnconditionalAsync()
    {
        runner.Begin("without a class");
        StudyGroup group = await AtHeadlineAsync(Setting with { Guidance = 1, HasClass = false }, "no class", AllControls).ConfigureAwait(false);
        return Section("unconditional", "Without a class", $"The same network asked for no class, without guidance, at {Percent(plan.Headline)}.", [group]);
    }

    private async Task<StudySection> GuidanceAsync()
    {
        runner.Begin("adaptive guidance");
        Setting setting = Setting with { Guidance = Setting.Guidance == 1 ? GuidanceWhereNone : Setting.Guidance };
        var never = new AdaptiveGuidance { Threshold = 2 };   // guided throughout, and says its cosines
        RunResult[] guided = await runner.RunAsync(setting, plan.ChoiceSeeds(2), _ => [never]).ConfigureAwait(false);
        AdaptiveGuidance rule = ThresholdChoice.OfHalf([.. guided.Select(run => run.Cosines)], new AdaptiveGuidance());
        AdaptiveDiffusion policy = await ChooseAsync(setting, Policy(), plan.Headline, plan.ChoiceSeeds(4)).ConfigureAwait(false);
        var groups = new List<StudyGroup>
        {
            await CompareAsync(setting, plan.Seeds(4), Third, "guided throughout", policy, StudyGroup.FewerSteps).ConfigureAwait(false),
            await StudyGroup.RunAsync(runner, measures, setting, plan.Seeds(4), "adaptive guidance", "guidance alone", null, [rule],
                StudyGroup.FewerSteps).ConfigureAwait(false),
            await StudyGroup.RunAsync(runner, measures, setting, plan.Seeds(4), "both", "both", policy, [rule],
                StudyGroup.FewerSteps, StudyGroup.EveryKth, StudyGroup.Dealt).ConfigureAwait(false),
        };
        return Section("guidance", "With Adaptive Guidance",
            string.Create(CultureInfo.InvariantCulture, $"{setting.Name}: two evaluations a step. Adaptive Guidance (Castillo et al. 2023, arXiv:2312.12487; armed) drops the branch ")
            + $"without a class at a cosine of {rule.Threshold.ToString(CultureInfo.InvariantCulture)}, chosen on {guided.Length} other seeds so that half of the steps are guided. Fewer steps are guided "
            + "throughout; the other controls have the same rule.", groups);
    }

    private async Task<StudySection> GreedyAsync()
    {
        runner.Begin("greedy path");
        Setting setting = Setting with { Steps = plan.GreedySteps };
        AdaptiveDiffusion policy = await ChooseAsync(setting, Policy(), plan.Headline, plan.ChoiceSeeds(4)).ConfigureAwait(false);
        long[] seeds = plan.Seeds()[..plan.GreedySamples];
        RunResult[] full = await runner.RunAsync(setting, seeds, _ => []).ConfigureAwait(false);
        RunResult[] criterion = await runner.RunAsync(setting, seeds, _ => [policy]).ConfigureAwait(false);
        RunResult[] even = await runner.RunAsync(setting, seeds, i
            => [StepPattern.Even(criterion[i].Evaluated.Count(step => step), setting.Steps)]).ConfigureAwait(false);
        var greedy = new RunResult[seeds.Length];
        for (int i = 0; i < seeds.Length; i++)
            greedy[i] = await runner.GreedyAsync(setting, seeds[i], criterion[i].Evaluated.Count(step => step)).ConfigureAwait(false);
        return StudySentences.Greedy(setting, policy, seeds, full, greedy, criterion, even);
    }

    /// <summary>The middle of the settings: third order, runs of skips as the first question found them best.</summary>
    private AdaptiveDiffusion Policy() => new() { MaxSkip = _maxSkip, Limit = SkipLimit.Strict };

    private async Task<StudyGroup> AtHeadlineAsync(Setting setting, string group, params string[] controls)
    {
        AdaptiveDiffusion policy = await ChooseAsync(setting, Policy(), plan.Headline, plan.ChoiceSeeds(4)).ConfigureAwait(false);
        return await CompareAsync(setting, plan.Seeds(4), Third, group, policy, controls).ConfigureAwait(false);
    }

    private Task<StudyGroup> CompareAsync(Setting setting, long[] seeds, string series, string group, IPolicy policy, params string[] controls)
        => StudyGroup.RunAsync(runner, measures, setting, seeds, series, group, policy, [], controls);

    private Task<AdaptiveDiffusion> ChooseAsync(Setting setting, AdaptiveDiffusion policy, double share, long[] seeds)
        => ThresholdChoice.OfShareAsync(policy, share, plan.Trials, async tried =>
        {
            RunResult[] runs = await runner.RunAsync(setting, seeds, _ => [tried]).ConfigureAwait(false);
            return runs.Average(run => run.Evaluated.Count(step => step)) / setting.Steps;
        });

    private static StudySection Section(string id, string title, string method, IReadOnlyList<StudyGroup> groups) => new(id, title, method,
        [.. groups.Select(group => StudySentences.Group(group.Points))], [.. groups.SelectMany(group => group.Points)]);

    /// <summary>The limit with the best PSNR at a share, between the two settings of that limit that are next to it.</summary>
    internal static int BestLimit(IReadOnlyList<(int MaxSkip, double Share, double Psnr)> found, double share)
    {
        var candidates = new List<(int MaxSkip, double Psnr)>();
        foreach (IGrouping<int, (int MaxSkip, double Share, double Psnr)> limit in found.GroupBy(setting => setting.MaxSkip))
        {
            (int, double Share, double Psnr)[] ordered = [.. limit.OrderBy(setting => setting.Share)];
            for (int i = 1; i < ordered.Length; i++)
            {
                (double low, double high) = (ordered[i - 1].Share, ordered[i].Share);
                if (low > share || high < share) continue;
                double part = high == low ? 0 : (share - low) / (high - low);
                candidates.Add((limit.Key, ordered[i - 1].Psnr + part * (ordered[i].Psnr - ordered[i - 1].Psnr)));
            }
        }

        return candidates.Count > 0 ? candidates.MaxBy(candidate => candidate.Psnr).MaxSkip
            : found.MinBy(setting => Math.Abs(setting.Share - share)).MaxSkip;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}

using System.CommandLine;
using System.Globalization;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks.Quality;

/// <summary>
/// What reusing outputs costs: PSNR over evaluations for AdaptiveDiffusion, for the same share of evaluations in a fixed
/// pattern, and for fewer steps. Settings are chosen on one set of seeds and reported on another.
/// </summary>
internal static class ReuseCommand
{
    private const int Steps = 50;
    private const int TuningSeed = 1000, ReportSeed = 2000, Samples = 64;

    private static readonly double[] Thresholds = [0.001, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1];

    private static readonly (int MaxSkip, SkipLimit Limit)[] Limits =
        [(1, SkipLimit.Strict), (2, SkipLimit.Strict), (3, SkipLimit.Strict), (4, SkipLimit.Reference)];

    private static readonly double[] Budgets = [45, 40, 35, 30, 25, 20, 17, 15];

    public static Command Create()
    {
        var model = new Option<DirectoryInfo>("--model") { Description = "Model folder", DefaultValueFactory = _ => new DirectoryInfo("models/mnist") };
        var output = new Option<DirectoryInfo>("--output", "-o") { Description = "Folder for reuse.md and reuse.svg", Required = true };
        var command = new Command("reuse", "Quality of adaptive reuse against fixed patterns and fewer steps.") { model, output };
        command.SetAction((result, cancel) => RunAsync(result.GetRequiredValue(model), result.GetRequiredValue(output), cancel));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, DirectoryInfo output, CancellationToken cancel)
    {
        using var model = RubatoModel.Load(folder.FullName, Precision.Float32);
        IReadOnlyList<GeneratedSample> tuning = await DrawAsync(model, TuningSeed, Steps, [], cancel);
        var settings = new List<Candidate>();
        foreach ((int maxSkip, SkipLimit limit) in Limits)
            foreach (double threshold in Thresholds)
                settings.Add(await TryAsync(new AdaptiveDiffusion { Threshold = threshold, MaxSkip = maxSkip, Limit = limit }));

        IReadOnlyList<GeneratedSample> full = await DrawAsync(model, ReportSeed, Steps, [], cancel);
        var rows = new List<Row>();
        foreach (Candidate chosen in Budgets.Select(Choose).OfType<Candidate>().Distinct())
        {
            Quality adaptive = await MeasureAsync([chosen.Policy], Steps);
            double share = adaptive.Evaluations / Steps;
            Quality reuse = await MeasureAsync([new FixedReuse { Share = share }], Steps);
            Quality fewer = await MeasureAsync([], (int)Math.Round(adaptive.Evaluations));
            rows.Add(new Row(chosen.Policy, adaptive, reuse, fewer));
            await Console.Error.WriteLineAsync(rows[^1].ToMarkdown());
        }

        Directory.CreateDirectory(output.FullName);
        await File.WriteAllTextAsync(Path.Combine(output.FullName, "reuse.md"), Row.Table(rows), cancel);
        await File.WriteAllTextAsync(Path.Combine(output.FullName, "reuse.svg"), ReusePlot.Draw(rows, Steps), cancel);
        return 0;

        async Task<Candidate> TryAsync(AdaptiveDiffusion policy)
        {
            var quality = Quality.Of(tuning, await DrawAsync(model, TuningSeed, Steps, [policy], cancel));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{policy.Description}: {quality.Evaluations:F1} evaluations, {quality.Mean:F1} dB"));
            return new Candidate(policy, quality);
        }

        // The best mean PSNR among the settings that stay within the budget.
        Candidate? Choose(double budget) => settings.Where(candidate => candidate.Quality.Evaluations <= budget)
            .OrderByDescending(candidate => candidate.Quality.Mean).ThenBy(candidate => candidate.Quality.Evaluations).FirstOrDefault();

        async Task<Quality> MeasureAsync(IReadOnlyList<IAdaptation> policies, int steps)
            => Quality.Of(full, await DrawAsync(model, ReportSeed, steps, policies, cancel));
    }

    private static Task<IReadOnlyList<GeneratedSample>> DrawAsync(
        RubatoModel model, int seed, int steps, IReadOnlyList<IAdaptation> policies, CancellationToken cancel)
        => model.GenerateAsync(
            new GenerationOptions { Count = Samples, Seed = seed, Steps = steps, Solver = "ddim", Policies = policies }, cancellationToken: cancel);

    private sealed record Candidate(AdaptiveDiffusion Policy, Quality Quality);
}

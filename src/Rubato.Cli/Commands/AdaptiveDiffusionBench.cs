using System.CommandLine;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Tensors;

namespace Rubato.Cli.Commands;

/// <summary>What deciding by the sample does to a model: one HTML page with its JSON beside it.</summary>
internal static class AdaptiveDiffusionBench
{
    private const int FewestSamples = 16;

    public static Command Create(App app)
    {
        var options = new BenchOptions("adaptive-diffusion.html");
        Option<int?> samples = BenchOptions.Number("--samples", FewestSamples, StudyPlan.MostSamples,
            "Reported seeds", ": the time is in proportion");
        var command = new ExampleCommand("adaptive-diffusion", "Compare the criteria of AdaptiveDiffusion with each other and with ways to spare as much "
            + "without looking at the sample.", """
              rubato bench adaptive-diffusion
              rubato bench adaptive-diffusion --samples 64 -o docs/adaptive-diffusion.html
            """) { options.Model, samples, options.Quick, options.Cache, options.Threads, options.Output };
        command.SetAction((result, cancel) =>
        {
            (string page, string cache) = options.Read(result);
            int count = result.GetValue(samples) ?? StudyPlan.MostSamples;
            return RunAsync(app, result.GetValue(app.Json), ModelFinder.Find(result.GetValue(options.Model)),
                result.GetValue(options.Quick) ? StudyPlan.Quick(count) : new StudyPlan { Samples = count }, cache, page, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        App app, bool json, string folder, StudyPlan plan, string cache, string page, CancellationToken cancel)
    {
        using RubatoModel model = app.Load(folder, Precision.Float32);   // the same figures on every machine
        PerceptualDistance? perceptual = ModelFinder.EvaluationIfThere() is { } judges ? PerceptualDistance.SqueezeNet(judges) : null;
        using var benchmark = new AdaptiveDiffusionBenchmark(model.Parts, plan, cache, perceptual);
        StudyResult result = await BenchRun.RunAsync(app.Terminal, json, model, benchmark, cache, cancel).ConfigureAwait(false);
        BenchRun.Write(page, StudyPage.Write(result), writer => StudyJson.Write(writer, result));
        app.Terminal.Show(new StudyReport(result.Summary, page, writer => StudyJson.Write(writer, result)), json);
        return ExitCode.Success;
    }
}

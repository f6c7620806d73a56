using System.CommandLine;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Cli.Commands;

/// <summary>Which solver is the best for a model, for how many evaluations: one HTML page with its JSON beside it.</summary>
internal static class SolversBench
{
    public static Command Create(App app)
    {
        var options = new BenchOptions("solvers.html");
        Option<int?> samples = BenchOptions.Number("--samples", SolverStudyPlan.FewestSamples, SolverStudyPlan.MostSamples,
            "Seeds that errors are taken on");
        Option<int?> distribution = BenchOptions.Number("--distribution-samples", SolverStudyPlan.FewestDistributionSamples,
            SolverStudyPlan.MostDistributionSamples, "Samples of each distribution");
        Option<SolverSections?> sections = BenchOptions.Sections<SolverSections>("errors, adaptive, distribution");
        Option<string?> schedule = DrawingOptions.Option("--schedule", [], "name",
            $"The grid that all solvers are compared on: one that begins with noise alone [default: {SolverStudyPlan.ReferenceSchedule}]",
            tokens => (string?)Schedule(tokens[0].Value));
        Option<DrawingOptions.PrecisionChoice?> precision = DrawingOptions.PrecisionOption(
            "What large products are computed in where pictures are judged; errors are measured in float32", " [default: float32]");
        var command = new ExampleCommand("solvers", "Compare the solvers: their errors for as many calls of the network, with AdaptiveDiffusion, "
            + "and, of those that draw noise, their pictures with real ones.", """
              rubato bench solvers
              rubato bench solvers --samples 16 --sections errors,adaptive -o docs/solvers.html
            """)
            {
                options.Model, samples, distribution, sections, schedule, precision,
                options.Quick, options.Cache, options.Threads, options.Output,
            };
        command.SetAction((result, cancel) =>
        {
            (string page, string cache) = options.Read(result);
            SolverStudyPlan plan = result.GetValue(options.Quick) ? new SolverStudyPlan().Quick() : new SolverStudyPlan();
            plan = plan with
            {
                Samples = result.GetValue(samples) ?? plan.Samples,
                DistributionSamples = result.GetValue(distribution) ?? plan.DistributionSamples,
                Schedule = result.GetValue(schedule) ?? plan.Schedule,
            };
            Precision? chosen = result.GetValue(precision) is { } choice ? choice.Precision : Precision.Float32;
            return RunAsync(app, result.GetValue(app.Json), ModelFinder.Find(result.GetValue(options.Model)), chosen,
                plan, result.GetValue(sections), cache, page, cancel);
        });
        return command;
    }

    private static string Schedule(string text)
    {
        _ = ScheduleNames.Find(text);
        return text;
    }

    private static async Task<int> RunAsync(
        App app, bool json, string folder, Precision? precision, SolverStudyPlan plan, SolverSections? asked, string cache, string page,
        CancellationToken cancel)
    {
        using RubatoModel model = app.Load(folder, Precision.Float32);
        (plan, string? judges) = WithSections(model, plan, asked);
        using RubatoModel? pictures = judges is null || precision == Precision.Float32 ? null : app.Load(folder, precision);
        using var benchmark = new SolverBenchmark(model.Parts, (pictures ?? model).Parts, plan, cache, judges);
        SolverStudyResult result = await BenchRun.RunAsync(app.Terminal, json, model, benchmark, cache, cancel).ConfigureAwait(false);
        BenchRun.Write(page, SolverPage.Write(result), writer => SolverJson.Write(writer, result),
            SolverPage.PlotOf(result)?.DrawAlone());
        app.Terminal.Show(new StudyReport(SolverSentences.Summary(result), page, writer => SolverJson.Write(writer, result)), json);
        return ExitCode.Success;
    }

    /// <summary>The sections that are asked for; where nobody asks, those that the model's pictures are fit for.</summary>
    private static (SolverStudyPlan Plan, string? Judges) WithSections(RubatoModel model, SolverStudyPlan plan, SolverSections? asked)
    {
        bool judged = ModelEvaluation.CanJudge(model);
        if (!judged && asked?.HasFlag(SolverSections.Distribution) == true)
        {
            throw new UsageException($"--sections distribution: {model.Parts.Name} draws samples of {model.Parts.Network.SampleShape}; "
                + "only pictures of 32 x 32 pixels can be judged.");
        }

        SolverSections sections = asked ?? (judged ? SolverSections.All : SolverSections.All & ~SolverSections.Distribution);
        return (plan with { Sections = sections }, sections.HasFlag(SolverSections.Distribution) ? ModelFinder.Evaluation() : null);
    }
}

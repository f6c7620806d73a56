using System.CommandLine;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>Whether horizons and schedules by condition help a model: one HTML page with its JSON beside it.</summary>
internal static class AcDiffBench
{
    private const double MostGuidance = 100;

    public static Command Create(App app)
    {
        var options = new BenchOptions("ac-diff.html");
        var standard = new AcDiffPlan();
        var data = new Argument<string>("data")
        {
            Description = "The folder of CIFAR-10's binary files, whose training pictures give classes and edges",
        };
        Option<int?> samples = BenchOptions.Number(
            "--samples", AcDiffPlan.FewestSamples, AcDiffPlan.MostSamples, "Conditions that errors are taken on");
        Option<int?> distribution = BenchOptions.Number("--distribution-samples", AcDiffPlan.FewestDistributionSamples,
            AcDiffPlan.MostDistributionSamples, "Samples of each distribution; half as many with guidance",
            standard: standard.DistributionSamples);
        Option<int[]?> budgets = DrawingOptions.Option("--budgets", [], "numbers",
            $"Mean steps, with commas between them [default: {string.Join(',', standard.Budgets)}]",
            tokens => (int[]?)Budgets(tokens[0].Value));
        Option<AcDiffSections?> sections = BenchOptions.Sections<AcDiffSections>("errors, distributions, reverse, guided, horizons, ablations");
        Option<double?> guidance = DrawingOptions.Option("--guidance", [], "w",
            $"w of the guided section [default: the best of {string.Join(", ", standard.Guidances)} on conditions of their own]",
            tokens => (double?)Guidance(tokens[0].Value));
        Option<DrawingOptions.PrecisionChoice?> precision = DrawingOptions.PrecisionOption(
            "What large products are computed in", " [default: float32]");
        var command = new ExampleCommand("ac-diff", "Compare horizons and schedules by condition, as AC-Diff has them, with as many steps "
            + "for all and with the same steps dealt at random.", """
              rubato bench ac-diff cifar-10-batches-bin
              rubato bench ac-diff cifar-10-batches-bin --sections errors,horizons --budgets 10,20 -o docs/ac-diff.html
            """)
            {
                data, options.Model, samples, distribution, budgets, sections, guidance, precision,
                options.Quick, options.Cache, options.Threads, options.Output,
            };
        command.SetAction((result, cancel) =>
        {
            (string page, string cache) = options.Read(result);
            AcDiffPlan plan = result.GetValue(options.Quick) ? standard.Quick() : standard;
            plan = plan with
            {
                Samples = result.GetValue(samples) ?? plan.Samples,
                DistributionSamples = result.GetValue(distribution) ?? plan.DistributionSamples,
                Sections = result.GetValue(sections) ?? plan.Sections,
                Guidance = result.GetValue(guidance),
            };
            if (plan.Guidance is not null && !plan.Has(AcDiffSections.Guided))
                throw new UsageException("--guidance is that of the section guided, which is not among --sections.");
            // A list that is not given is empty.
            if (result.GetValue(budgets) is { Length: > 0 } asked) plan = plan with { Budgets = asked };
            Precision? chosen = result.GetValue(precision) is { } choice ? choice.Precision : Precision.Float32;
            return RunAsync(app, result.GetValue(app.Json), ModelFinder.Find(result.GetValue(options.Model)), chosen,
                plan, result.GetRequiredValue(data), cache, page, cancel);
        });
        return command;
    }

    private static int[] Budgets(string text)
    {
        int[] budgets = [.. text.Split(',').Select(DrawingOptions.Whole<int>).Distinct().Order()];
        return budgets.All(budget => budget is >= HorizonRule.Fewest and <= HorizonRule.Most) ? budgets
            : throw new FormatException($"must be whole numbers from {HorizonRule.Fewest} to {HorizonRule.Most}");
    }

    private static double Guidance(string text) => DrawingOptions.Real(text) is var w and >= 0 and <= MostGuidance && w != 1 ? w
        : throw new FormatException($"must be from 0 to {MostGuidance}, and not 1: without guidance pictures are judged in any case");

    private static async Task<int> RunAsync(
        App app, bool json, string folder, Precision? precision, AcDiffPlan plan, string data, string cache, string page,
        CancellationToken cancel)
    {
        using RubatoModel model = app.Load(folder, precision);
        Require(model, plan);
        TrainingPictures pictures = Pictures(data, model);
        using var benchmark = new AcDiffBenchmark(model.Parts, plan, pictures, cache, plan.Judges ? ModelFinder.Evaluation() : null);
        AcDiffResult result = await BenchRun.RunAsync(app.Terminal, json, model, benchmark, cache, cancel).ConfigureAwait(false);
        BenchRun.Write(page, AcDiffPage.Write(result), writer => AcDiffJson.Write(writer, result),
            AcDiffPage.PlotOf(result)?.DrawAlone());
        app.Terminal.Show(new StudyReport(AcDiffSentences.Summary(result), page, writer => AcDiffJson.Write(writer, result)), json);
        return ExitCode.Success;
    }

    /// <summary>The model must estimate horizons, read outlines and, where pictures are judged, draw them as large as CIFAR-10's.</summary>
    private static void Require(RubatoModel model, AcDiffPlan plan)
    {
        string name = Printable.Escape(model.Parts.Name);
        if (model.Parts.Horizons is null || !model.Parts.ReadsStructure)
        {
            throw new UsageException($"{name} estimates no horizons from classes and edges, so there is nothing to compare; "
                + "rubato train ac-diff trains a model that does.");
        }

        if (plan.Judges && !ModelEvaluation.CanJudge(model))
        {
            throw new UsageException($"--sections distributions,reverse,guided: {name} draws samples of {model.Parts.Network.SampleShape}; "
                + "only pictures of 32 x 32 pixels can be judged.");
        }

        if (plan.Has(AcDiffSections.Guided) && !model.Parts.CanGuide)
            throw new UsageException($"--sections guided: {name} was trained with a class for every sample; it cannot be guided.");
    }

    private static TrainingPictures Pictures(string data, RubatoModel model)
    {
        string shown = Printable.Escape(data);
        if (!Directory.Exists(data))
            throw new UsageException($"{shown}: there is no such folder; it must hold the binary files of CIFAR-10.");
        TrainingPictures pictures = Cifar10.ReadTraining(data);
        if (!pictures.Classes.SequenceEqual(model.Parts.Classes, StringComparer.Ordinal))
        {
            throw new UsageException($"{shown} holds {Printable.List([.. pictures.Classes])}; {Printable.Escape(model.Parts.Name)} draws "
                + $"{Printable.List([.. model.Parts.Classes])}.");
        }

        return pictures;
    }
}

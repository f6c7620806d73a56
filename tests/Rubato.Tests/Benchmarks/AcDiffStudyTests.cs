using System.Globalization;
using Rubato.Benchmarks;
using Rubato.Pipelines;
using Rubato.Training;

namespace Rubato.Tests.Benchmarks;

/// <summary>The study on a tiny model, end to end.</summary>
public sealed class AcDiffStudyTests
{
    private static readonly AcDiffPlan Plan = new AcDiffPlan().Quick() with
    {
        DistributionSamples = 6,
        Budgets = [9, 14],
        FullSteps = 24,
        RungReference = 14,
        Redraws = 4,
        ChoiceSamples = 2,
        ChoiceSteps = 6,
        AblationBudgets = [9, 14],
    };

    [Fact]
    public async Task Its_numbers_agree_and_a_second_run_makes_none()
    {
        using var folder = new TestFolder();
        string root = Path.GetFullPath(TestFolder.Source(Path.Combine("..", "..")));
        Diffuser parts = DiffuserFolder.Load(HorizonModelFolder.Write(folder.Of("model"), root));
        TrainingPictures pictures = Cifar10.ReadTraining(HorizonModelFolder.WritePictures(folder.Of("pictures"), 60));

        (AcDiffResult result, long fresh, long expected) = await RunAsync();
        Assert.InRange(fresh, 1, expected * 1.2);   // adaptive runs are counted as if they skipped a third
        Rows(result);
        Assert.Equal(Plan.Budgets.Count * AcDiffRow.OfErrors.Count, result.Errors.Count);
        Assert.Equal(Plan.AblationBudgets.Count * AcDiffRow.OfAblations.Count, result.Ablations.Count);
        Assert.Equal(1 + Plan.Budgets.Count * AcDiffRow.OfPictures.Count, result.Pictures.Count);
        Assert.Equal(1 + Plan.Budgets.Count * 8 + Plan.ModernBudgets.Count * AcDiffRow.Modern.Count, result.Guided.Count);
        Assert.All(result.Horizons, point =>
        {
            Assert.Equal(4, point.ByDensity.Length);
            Assert.Equal(point.Steps.Order(), point.ByDensity.SelectMany(steps => steps).Order());
            Assert.Equal(point.Steps.Order(), point.ByClass.SelectMany(steps => steps).Order());
        });
        Assert.Equal(["R0", "R1"], result.Reverse.Select(point => point.Row.Id));
        Assert.NotEqual(result.Reverse[0].Figures.Frechet.Distance, result.Reverse[1].Figures.Frechet.Distance);
        Assert.Equal(result.Pictures[0].Figures.Frechet.Distance, result.Reverse[1].Figures.Frechet.Distance);   // as few conditions
        Assert.Equal(Plan.Guidances, result.Choice.Select(point => point.Guidance));
        Assert.Equal(result.Choice.MinBy(point => point.Figures.Frechet.Distance)!.Guidance, result.Guided[0].Guidance);

        string[] told = [.. AcDiffSentences.Summary(result).Where(sentence => sentence.StartsWith("With at most", StringComparison.Ordinal))];
        Assert.Contains($"60 evaluations AC-Diff comes to {Nearest("R4", "R4d")} times", told[0], StringComparison.Ordinal);
        Assert.Contains($"20 evaluations AC-Diff by a modern solver comes to {Nearest("M4")} times", told[1], StringComparison.Ordinal);

        (AcDiffResult again, fresh, _) = await RunAsync();
        Assert.Equal(0, fresh);
        Assert.Equal(AcDiffPage.Write(result), AcDiffPage.Write(again));

        // Rows are enough, without their runs.
        File.Delete(Directory.GetFiles(folder.Of("cache"), "*.ac-diff-runs").Single());
        (again, fresh, expected) = await RunAsync();
        Assert.Equal((0, 0), (fresh, expected));
        Assert.Equal(AcDiffPage.Write(result), AcDiffPage.Write(again));

        // All of the tiny plan take few evaluations.
        string Nearest(params string[] rows) => (result.Guided.Where(point => rows.Contains(point.Row.Id)).Min(point => point.Figures.Frechet.Distance)
            / result.Guided[0].Figures.Frechet.Distance).ToString("0.00", CultureInfo.InvariantCulture);

        async Task<(AcDiffResult Result, long Fresh, long Expected)> RunAsync()
        {
            string judges = Path.Combine(root, "models", "evaluation");
            using var benchmark = new AcDiffBenchmark(parts, Plan, pictures, folder.Of("cache"), judges);
            return await BenchmarkRun.OfAsync(benchmark);
        }
    }

    private static void Rows(AcDiffResult result)
    {
        foreach (int budget in Plan.Budgets)
        {
            var errors = result.Errors.Where(point => point.Budget == budget).ToDictionary(point => point.Row.Id);
            Assert.Equal(errors["R4"].Steps.Order(), errors["R7"].Steps.Order());
            Assert.Equal(errors["R3"].Steps, errors["R4"].Steps);
            Assert.True(errors["R4"].Steps.Distinct().Count() > 1);
            Assert.All(errors.Values, point => Assert.Equal(budget, point.Evaluations, 1e-9));
            Assert.All(errors.Values, point => Assert.All(point.Errors, error => Assert.True(error > 0 && double.IsFinite(error))));
            var ablations = result.Ablations.Where(point => point.Budget == budget).ToDictionary(point => point.Row.Id);
            Assert.Equal(errors["R4"].Errors, ablations["R4"].Errors);   // as few conditions
            Assert.NotEqual(ablations["R6h"].Errors, ablations["R6c"].Errors);
            Assert.All(ablations.Values, point => Assert.Equal(budget, point.Evaluations, 1e-9));
            AcDiffPicturePoint[] pictures = [.. result.Pictures.Where(point => point.Budget == budget)];
            Assert.All(pictures, point => Assert.Equal(point.Steps.Average(), point.Evaluations, 1e-9));   // a step is an evaluation
            Assert.All(result.Guided.Where(point => point.Budget == budget && point.With.Length == 0),
                point => Assert.Equal(2 * point.Steps.Average(), point.Evaluations, 1e-9));
            Assert.All(result.Guided.Where(point => point.Budget == budget),
                point => Assert.InRange(point.Evaluations, 1, 2 * point.Steps.Average()));
        }

        // More steps end nearer to the long run.
        AcDiffErrorPoint[] all = [.. result.Errors, .. result.Ablations];
        foreach (AcDiffRow row in all.Select(point => point.Row).Distinct())
        {
            double[] means = [.. all.Where(point => point.Row == row).Select(point => point.Error.Mean)];
            Assert.True(means[1] < means[0], $"{row.Name}: {means[0]} to {means[1]}");
        }
    }
}

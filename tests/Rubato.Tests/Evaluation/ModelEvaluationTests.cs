using Rubato.Evaluation;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Tests.Evaluation;

public sealed class ModelEvaluationTests
{
    private static readonly PictureClassifier Classifier = PictureClassifier.Load(EvaluationFiles.Shipped);
    private static readonly FeatureStatistics Training = CifarReference.Load(EvaluationFiles.Shipped).Training;

    [Fact]
    public async Task Many_samples_are_those_of_one_call()
    {
        using var model = new RubatoModel(Model(side: 32, "truck", "no class of CIFAR-10"));
        var options = new GenerationOptions { Count = 83, Seed = 5, Steps = 2, Policies = [] };   // two calls
        var shares = new List<double>();
        ModelEvaluation evaluation = await ModelEvaluation.RunAsync(model, options, Classifier, new Shares(shares));

        IReadOnlyList<GeneratedSample> samples = await model.GenerateAsync(options);
        var direct = new PictureSet(Classifier);
        direct.Add([.. samples.Select(sample => sample.Picture)],
            [.. samples.Select(sample => sample.Prompt == "truck" ? (int?)9 : null)]);
        Assert.Equal(166, evaluation.Pictures.Count);
        // The order in which features are summed differs.
        Assert.Equal(direct.DistanceTo(Training)!.Value, evaluation.Pictures.DistanceTo(Training)!.Value, 1e-6);
        Assert.Equal(83, evaluation.Pictures.Accuracy.Asked);
        Assert.Equal(direct.Accuracy.Named, evaluation.Pictures.Accuracy.Named);
        Assert.Equal((332, 332), (evaluation.Evaluations, evaluation.FullEvaluations));
        Assert.Equal(1, shares[^1], 1e-12);
        Assert.Equal(shares.Order(), shares);
    }

    [Fact]
    public async Task A_model_of_other_pictures_is_refused_before_it_draws()
    {
        using var model = new RubatoModel(Model(side: 28));
        Assert.False(ModelEvaluation.CanJudge(model));
        Assert.Contains("[3, 28, 28]", (await Assert.ThrowsAsync<ArgumentException>(()
            => ModelEvaluation.RunAsync(model, new GenerationOptions(), Classifier))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_counts_each_class_by_itself()
    {
        var accuracy = new ClassAccuracy();
        Assert.Null(accuracy.Share);
        foreach ((int asked, int named) in ((int, int)[])[(3, 3), (3, 5), (0, 0), (3, 3)]) accuracy.Add(asked, named);
        Assert.Equal((4, 3, 0.75), (accuracy.Asked, accuracy.Named, accuracy.Share));
        Assert.Equal((3, 2), (accuracy.AskedByClass[3], accuracy.NamedByClass[3]));
        Assert.Equal((7, 7, null), (ClassAccuracy.ClassOf("horse"), ClassAccuracy.ClassOf("Horse"), ClassAccuracy.ClassOf("fox")));
    }

    private static Diffuser Model(int side, params string[] classes)
    {
        var process = VariancePreserving.FromBetas(BetaSchedules.Linear(1000));
        return new Diffuser
        {
            Name = "noise",
            WeightsHash = new string('0', 64),
            Network = new Half(side),
            Meaning = new OutputMeaning { Process = process },
            DefaultSolver = "ddim",
            Plan = choice => new SchedulerPlan(new Ddim(), TimeGrid.Through(
                process,
                [.. Enumerable.Range(1, choice.Steps).Reverse().Select(i => process.AtStep(i * 999 / choice.Steps)), process.AtStep(-1)],
                Coordinates.Network)),
            Classes = classes,
        };
    }

    /// <summary>Says that half of the state is noise, so that pictures keep something of their seeds.</summary>
    private sealed class Half(int side) : INetwork
    {
        public Shape SampleShape => [3, side, side];

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions) => x.Scale(0.5);
    }

    private sealed class Shares(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}

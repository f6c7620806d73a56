using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

public sealed class SolverTests
{
    private static readonly VariancePreserving StableDiffusion =
        VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    private static readonly Dictionary<string, Func<ISolver>> Solvers = new()
    {
        ["ddim"] = () => new Ddim(),
        ["ddpm"] = () => new Ddpm(),
        ["euler"] = () => new Euler(),
        ["heun"] = () => new Heun(),
        ["dpmpp_2m"] = () => new DpmSolverMultistep(),
    };

    public static TheoryData<string> Names => [.. Solvers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_denoiser_that_knows_the_answer_is_obeyed(string name)
    {
        ISolver solver = Solvers[name]();
        TimeGrid grid = new SpacedSteps(Spacing.Trailing).Plan(StableDiffusion, 12, solver.Coordinates);
        Tensor start = Tensor.From([1, -2, 3, -4], [1, 1, 2, 2]) * grid.StartScale;
        var context = new SamplingContext(new NoiseStream(1, NoisePurpose.Step), new Trace());
        Tensor end = await solver.SampleAsync(start, grid, new ClosedForm((_, _) => 0.625), context);
        Assert.Equal([0.625f, 0.625f, 0.625f, 0.625f], end.ToArray());
    }

    [Theory]
    [InlineData("ddim", 6)]
    [InlineData("ddpm", 6)]
    [InlineData("euler", 6)]
    [InlineData("dpmpp_2m", 6)]
    [InlineData("heun", 11)]   // two a step, but one in the last
    public void Six_steps_cost_the_evaluations_that_the_method_states(string name, int evaluations)
    {
        var denoiser = new ClosedForm((_, _) => 0);
        Level[] levels = [.. ClosedForm.EvenInLambda(5), new Level(1, 0, 0)];
        ClosedForm.Run(Solvers[name](), denoiser, 1, levels);
        Assert.Equal(evaluations, denoiser.Calls);
    }

    [Theory]
    [InlineData(1, PosteriorVariance.Large)]
    [InlineData(-1, PosteriorVariance.Small)]
    public void Learned_variances_run_between_the_two_fixed_ones(float said, PosteriorVariance end)
    {
        Level[] levels = ClosedForm.EvenInLambda(6);
        double Run(PosteriorVariance variance)
        {
            var denoiser = new ClosedForm((x, _) => 0.3 * x) { Variance = Tensor.Full([1, 1, 1, 1], said) };
            return ClosedForm.Run(new Ddpm(variance), denoiser, 0.5, levels, () => 0.8);
        }

        Assert.Equal(Run(end), Run(PosteriorVariance.Learned), 1e-6);
        Assert.NotEqual(Run(PosteriorVariance.Small), Run(PosteriorVariance.Large), 1e-3);
    }

    [Fact]
    public void Stochastic_steps_hand_over_the_state_before_their_noise()
    {
        Level[] levels = ClosedForm.EvenInLambda(5);
        foreach (ISolver solver in (ISolver[])[new Ddpm(noisyEnd: true), new Ddim(eta: 1)])
        {
            var seen = new Watched(new ClosedForm((x, _) => 0.3 * x));
            ClosedForm.Run(solver, seen, 0.5, levels, () => 0.8);
            Assert.Null(seen.Points[0].Before);
            for (int k = 1; k < seen.Points.Count; k++)
            {
                // The posterior's deviation of the step before: DDPM's, and DDIM's at eta 1.
                double from = levels[k - 1].Alpha * levels[k - 1].Alpha, to = levels[k].Alpha * levels[k].Alpha;
                double deviation = Math.Sqrt((1 - to) / (1 - from) * (1 - from / to));
                Assert.Equal(0.8 * deviation, seen.Points[k].State - seen.Points[k].Before!.Value, 1e-6);
            }
        }

        var still = new Watched(new ClosedForm((x, _) => 0.3 * x));
        ClosedForm.Run(new Ddim(), still, 0.5, levels);
        Assert.All(still.Points, point => Assert.Null(point.Before));
    }

    [Fact]
    public void A_network_without_variances_is_refused_where_they_are_needed()
        => Assert.Throws<InvalidOperationException>(() => ClosedForm.Run(
            new Ddpm(PosteriorVariance.Learned), new ClosedForm((_, _) => 0), 1, ClosedForm.EvenInLambda(3)));

    [Fact]
    public void A_step_of_no_length_changes_nothing()
    {
        Level[] levels = ClosedForm.EvenInLambda(4), still = [.. levels, levels[^1]];
        foreach (DifferenceWeight weight in Enum.GetValues<DifferenceWeight>())
        {
            ClosedForm mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));
            Assert.Equal(
                ClosedForm.Run(new DpmSolverMultistep(weight: weight), mixture, 0.7, levels),
                ClosedForm.Run(new DpmSolverMultistep(weight: weight), mixture, 0.7, still));
        }
    }

    [Fact]
    public void Churn_raises_levels_within_its_range_alone()
    {
        var churn = new Churn { Amount = 10, From = 1, To = 5 };
        Assert.Equal(0, churn.Gamma(0.9, 20));
        Assert.Equal(Math.Sqrt(2) - 1, churn.Gamma(1, 20));
        Assert.Equal(0.1, churn.Gamma(5, 100), 1e-12);
        Assert.Equal(0, churn.Gamma(5.1, 100));
    }

    private sealed class Watched(IDenoiser inner) : IDenoiser
    {
        public List<(double State, double? Before)> Points { get; } = [];

        public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Points.Add((x.AsSpan<double>()[0], point.BeforeNoise?.AsSpan<double>()[0]));
            return inner.PredictAsync(x, point);
        }
    }
}

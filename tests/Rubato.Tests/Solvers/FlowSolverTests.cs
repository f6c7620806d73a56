using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>The straight path of flow matching from pure noise, where lambda is infinite. Exact values by conservation of quantiles.</summary>
public sealed class FlowSolverTests
{
    private const double MixtureAt01 = 0.903034688493, NormalAt01 = 0.834426846097;   // at t = 0.1 from 0.7 at t = 1

    private static readonly ClosedForm Mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));
    private static readonly ClosedForm Normal = ClosedForm.Mixture((1, 0.5, 0.6));

    private static readonly Dictionary<string, (Func<ISolver> Make, double Order)> Methods = new()
    {
        ["euler"] = (() => new Ddim(), 1),
        ["heun"] = (() => new FlowHeun(), 2),
        ["interpolant, ode"] = (() => new StochasticInterpolant(), 1),
        ["interpolant, ode by heun"] = (() => new StochasticInterpolant(heun: true), 2),
        ["ancestral, eta 0"] = (() => new FlowAncestral(eta: 0), 1),
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Errors_from_pure_noise_fall_with_the_order_of_the_method(string method)
    {
        foreach ((ClosedForm data, double exact) in new[] { (Mixture, MixtureAt01), (Normal, NormalAt01) })
        {
            double error40 = Math.Abs(Run(Methods[method].Make(), data, 40) - exact);
            double error160 = Math.Abs(Run(Methods[method].Make(), data, 160) - exact);
            Assert.Equal(Methods[method].Order, Math.Log(error40 / error160) / Math.Log(4), 0.25);
        }
    }

    /// <summary>Every diffusion keeps the marginals: the exact variance is that of the level, whatever the noise on the way.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    public void The_variance_of_interpolants_approaches_that_of_the_level(double diffusion)
    {
        const double Exact = 0.9 * 0.9 * 0.36 + 0.1 * 0.1;
        double error40 = Math.Abs(Variance(diffusion, 40) - Exact), error160 = Math.Abs(Variance(diffusion, 160) - Exact);
        Assert.Equal(1, Math.Log(error40 / error160) / Math.Log(4), 0.25);
    }

    [Fact]
    public void The_whole_renewal_of_an_ancestral_step_keeps_the_variance_to_first_order()
    {
        const double Exact = 0.9 * 0.9 * 0.36 + 0.1 * 0.1;
        double error40 = Math.Abs(Variance(() => new FlowAncestral(), 40) - Exact), error160 = Math.Abs(Variance(() => new FlowAncestral(), 160) - Exact);
        Assert.Equal(1, Math.Log(error40 / error160) / Math.Log(4), 0.25);
    }

    private static double Variance(double diffusion, int steps) => Variance(() => new StochasticInterpolant(_ => diffusion), steps);

    /// <summary>On normal data steps are affine in the state and in each noise: one run for each gives the exact variance.</summary>
    private static double Variance(Func<ISolver> make, int steps)
    {
        double origin = Run(make(), Normal, steps, 0), start = Run(make(), Normal, steps, 1) - origin, variance = start * start;
        for (int k = 0; k < steps; k++)
        {
            int drawn = 0, one = k;
            variance += Math.Pow(Run(make(), Normal, steps, 0, () => drawn++ == one ? 1 : 0) - origin, 2);
        }

        return variance;
    }

    private static double Run(ISolver solver, ClosedForm data, int steps, double start = 0.7, Func<float>? noise = null)
    {
        var flow = new Flow();
        TimeGrid grid = TimeGrid.Through(
            flow, [.. Enumerable.Range(0, steps + 1).Select(i => flow.FromSigma(1 - 0.9 * i / steps))], solver.Coordinates);
        var context = new SamplingContext(new Numbers(noise ?? (() => 0)), new Trace());
        Tensor end = solver.SampleAsync(Tensor.From([start], [1, 1, 1, 1]), grid, data, context).GetAwaiter().GetResult();
        return end.AsSpan<double>()[0];
    }

    private sealed class Numbers(Func<float> next) : INoiseSource
    {
        public void Normal(Span<float> destination)
        {
            foreach (ref float value in destination) value = next();
        }
    }
}

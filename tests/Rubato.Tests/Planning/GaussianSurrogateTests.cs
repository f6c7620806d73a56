using Rubato.Planning;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Planning;

/// <summary>
/// The recursion of variances against float64 values that are not ours, and against the solvers themselves, whose steps are
/// linear where the denoiser is: a run for each draw finds the variance of their samples without chance.
/// </summary>
public sealed class GaussianSurrogateTests
{
    private static readonly int[] Lengths = [5, 10, 20, 50, 100, 141, 250, 500, 1000];

    /// <summary>sqrt(V / v) on alpha^2 = exp(-0.1 u - 9.95 u^2), for each length.</summary>
    private static readonly Dictionary<(SamplerKind Kind, double Variance), double[]> Known = new()
    {
        [(SamplerKind.Ancestral, 10)] = [.63027, .77639, .87503, .94598, .97216, .98006, .98863, .99426, .99712],
        [(SamplerKind.Ancestral, 1)] = [.60169, .74077, .84324, .92604, .96001, .97083, .98295, .99122, .99552],
        [(SamplerKind.Ancestral, 0.1)] = [.37638, .58515, .72339, .84832, .91021, .93204, .95819, .97741, .98804],
        [(SamplerKind.Ancestral, 0.01)] = [.13649, .27499, .46345, .68050, .78980, .83226, .88802, .93404, .96242],
        [(SamplerKind.Deterministic, 10)] = [.74170, .86185, .92834, .97059, .98509, .98934, .99389, .99684, .99832],
        [(SamplerKind.Deterministic, 1)] = [.67991, .82945, .91132, .96356, .98158, .98688, .99256, .99626, .99812],
        [(SamplerKind.Deterministic, 0.1)] = [.38619, .62950, .79914, .91467, .95612, .96853, .98196, .99081, .99533],
        [(SamplerKind.Deterministic, 0.01)] = [.13688, .27827, .48078, .73834, .85687, .89486, .93757, .96700, .98263],
    };

    public static TheoryData<SamplerKind, double> Axes
    {
        get
        {
            var axes = new TheoryData<SamplerKind, double>();
            foreach ((SamplerKind kind, double variance) in Known.Keys) axes.Add(kind, variance);
            return axes;
        }
    }

    [Theory]
    [MemberData(nameof(Axes))]
    public void Variances_are_the_known_ones(SamplerKind kind, double variance)
    {
        for (int i = 0; i < Lengths.Length; i++)
        {
            double[] bar = new FixedBetaLevels(FixedBeta.Recomputed).AlphaBar(CifarSpectrum.Process, Lengths[i]);
            Assert.Equal(Known[(kind, variance)][i], Ratio(GaussianSurrogate.Variance(variance, bar, kind), variance), 0.6e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Axes))]
    public void Ddpm_and_ddim_have_the_known_variances(SamplerKind kind, double variance)
    {
        ISolver solver = kind == SamplerKind.Ancestral ? new Ddpm() : new Ddim();
        for (int i = 0; Lengths[i] <= 141; i++)
        {
            TimeGrid grid = new FixedBetaLevels(FixedBeta.Recomputed).Plan(CifarSpectrum.Process, Lengths[i], solver.Coordinates);
            Assert.Equal(Known[(kind, variance)][i], Ratio(Measured(solver, grid, variance), variance), 0.6e-5);
        }
    }

    [Theory]
    [InlineData(SamplerKind.Ancestral)]
    [InlineData(SamplerKind.Deterministic)]
    public void Solvers_on_a_hybrid_grid_make_the_variances_that_it_was_fitted_with(SamplerKind kind)
    {
        var schedule = new HybridSchedule(0.1, 0.2, 0.3, 0.4, 0.8);
        double[] bar = schedule.AlphaBar(20, CifarSpectrum.First, CifarSpectrum.Last);
        var planner = new HybridLevels(new HybridTable([new HybridAnchor(20, schedule)]));
        ISolver[] solvers = kind == SamplerKind.Ancestral ? [new Ddpm(), new EulerAncestral()] : [new Ddim(), new Euler()];
        foreach (ISolver solver in solvers)
        {
            foreach (double variance in new[] { 200, 1, 0.001 })
            {
                TimeGrid grid = planner.Plan(CifarSpectrum.Process, 20, solver.Coordinates);
                double expected = GaussianSurrogate.Variance(variance, bar, kind);
                Assert.Equal(1, Measured(solver, grid, variance) / expected, 1e-6);
            }
        }
    }

    /// <summary>Against the sum over every axis by itself.</summary>
    [Theory]
    [InlineData(SamplerKind.Ancestral)]
    [InlineData(SamplerKind.Deterministic)]
    public void Axes_that_are_taken_together_keep_the_error_s_digits(SamplerKind kind)
    {
        IReadOnlyList<double> variances = CifarSpectrum.Spectrum.Variances;
        foreach (int steps in new[] { 10, 50 })
        {
            double[] bar = HybridScheduleTests.Base(3).AlphaBar(steps, CifarSpectrum.First, CifarSpectrum.Last);
            double squares = variances.Sum(v => Math.Pow(Math.Sqrt(GaussianSurrogate.Variance(v, bar, kind)) - Math.Sqrt(v), 2));
            Assert.Equal(Math.Sqrt(squares / variances.Sum()), CifarSpectrum.Data.Error(bar, kind), 1e-5);
        }
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_spectrum_is_refused(double variance)
        => Assert.Throws<ArgumentException>(() => new GaussianSurrogate([variance]));

    private static double Ratio(double samples, double data) => Math.Sqrt(samples / data);

    /// <summary>The variance of a solver's result: the square of what each draw, the start's too, becomes by itself.</summary>
    private static double Measured(ISolver solver, TimeGrid grid, double variance)
    {
        double sum = Math.Pow(Run(solver, grid, variance, grid.StartScale, -1, out int draws), 2);
        for (int draw = 0; draw < draws; draw++) sum += Math.Pow(Run(solver, grid, variance, 0, draw, out _), 2);
        return sum;
    }

    private static double Run(ISolver solver, TimeGrid grid, double variance, double start, int one, out int draws)
    {
        var denoiser = new ClosedForm((x, level)
            => level.Alpha * variance / (level.Alpha * level.Alpha * variance + level.Sigma * level.Sigma) * x);
        var noise = new OneDraw(one);
        Tensor end = solver.SampleAsync(Tensor.From([start], [1, 1, 1, 1]), grid, denoiser, new SamplingContext(noise, new Trace()))
            .GetAwaiter().GetResult();
        draws = noise.Draws;
        return end.AsSpan<double>()[0];
    }

    /// <summary>Noise of which one draw is 1 and all others 0.</summary>
    private sealed class OneDraw(int one) : INoiseSource
    {
        public int Draws { get; private set; }

        public void Normal(Span<float> destination) => destination.Fill(Draws++ == one ? 1 : 0);
    }
}

using Rubato.Processes;
using Rubato.Solvers;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>
/// Normal data makes every step affine in the state and in each noise, so the exact variance of a stochastic solver's result
/// follows from one run for each of them, without chance. Values and orders are of float64 computations that are not ours.
/// </summary>
public sealed class StochasticMomentsTests
{
    private const double Exact = 0.378837218034;   // at t = 0.05, from the exact marginal at t = 1

    private static readonly ClosedForm Normal = ClosedForm.Mixture((1, 0.5, 0.6));

    /// <summary>The method; the variance after ten steps even in lambda, where it is known; how it approaches the exact one.</summary>
    private static readonly Dictionary<string, (Func<ISolver> Make, double? Variance, double Order)> Methods = new()
    {
        ["ddim, eta 1"] = (() => new Ddim(eta: 1), 0.216353905548, 0.96),
        ["ddpm"] = (() => new Ddpm(noisyEnd: true), 0.216353905548, 0.96),
        ["euler ancestral"] = (() => new EulerAncestral(), 0.216353905548, 0.96),
        ["dpm++ sde 1"] = (() => new DpmSolverMultistep(1) { Eta = 1 }, 0.216353905548, 0.96),
        ["dpm++ sde 2m"] = (() => new DpmSolverMultistep(2) { Eta = 1 }, 0.352656010936, 1.95),
        ["dpm++ sde 2m heun"] = (() => new DpmSolverMultistep(2, weight: DifferenceWeight.Heun) { Eta = 1 }, 0.395928663024, 1.95),
        ["dpm++ sde 3m"] = (() => new DpmSolverMultistep(3) { Eta = 1 }, 0.477252662565, 2.2),
        ["dpm++ sde 3m full"] = (() => new DpmSolverMultistep(3) { Eta = 1, Second = SecondDerivative.Full }, null, 2.3),
        ["sa 2 2"] = (() => new SaSolver(2, 2) { Tau = (_, _) => 1, LowerOrderEnd = false, ExactIntegrals = true }, 0.381340884692, 2.6),
        ["sa 3 3"] = (() => new SaSolver(3, 3) { Tau = (_, _) => 1, LowerOrderEnd = false, ExactIntegrals = true }, 0.442790041062, 2.1),
        ["dpm++ sde"] = (() => new DpmppSde(), 0.350166559021, 2.1),
        ["dpm 2 ancestral"] = (() => new Dpm2(eta: 1), null, 2),
        ["dpm++ 2s ancestral"] = (() => new Dpmpp2SAncestral(), null, 2),
    };

    public static TheoryData<string> Valued => [.. Methods.Where(method => method.Value.Variance is not null).Select(method => method.Key)];

    public static TheoryData<string> All => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Valued))]
    public void Ten_steps_have_the_known_variance(string method)
        // Increments of a path are handed over in float32; those of one step are 1.
        => Assert.Equal(Methods[method].Variance!.Value, Variance(Methods[method].Make(), 10), method == "dpm++ sde" ? 1e-7 : 1e-9);

    [Theory]
    [MemberData(nameof(All))]
    public void Variances_approach_the_exact_one_with_the_order_that_is_known(string method)
    {
        double error40 = Math.Abs(Variance(Methods[method].Make(), 40) - Exact);
        double error160 = Math.Abs(Variance(Methods[method].Make(), 160) - Exact);
        Assert.Equal(Methods[method].Order, Math.Log(error40 / error160) / Math.Log(4), 0.25);
    }

    [Fact]
    public void The_noise_form_of_the_first_order_sde_is_another_and_worse_step()
        => Assert.Equal(0.440503303162, Variance(new DpmSolverMultistep(1, SolvedFor.Noise) { Eta = 1 }, 10), 1e-9);

    [Fact]
    public void Er_sde_adds_less_noise_than_the_sde_by_design()
    {
        Assert.Equal(0.334332660487, Variance(new ErSde { ExactIntegrals = true }, 10), 1e-9);
        double start = Run(new ErSde { ExactIntegrals = true }, 1, -1, 10) - Run(new ErSde { ExactIntegrals = true }, 0, -1, 10);
        Assert.Equal(0.071613976064, start, 1e-9);
    }

    /// <summary>Its stretches are Heun's, so what is wrong is of second order, and small.</summary>
    [Fact]
    public void Restarts_keep_the_variance()
    {
        var restart = new Restart(new RestartInterval(9, 2, 0.5, 2.5), new RestartInterval(5, 1, 0.5, 1));
        double error20 = Math.Abs(Variance(restart, 20) - Exact), error40 = Math.Abs(Variance(restart, 40) - Exact);
        Assert.InRange(error40, 0, 0.01);
        Assert.InRange(error40, 0, error20);
        Assert.True(Draws(restart, 20, independent: false) == 3);
    }

    /// <summary>The last stop, kappa 0.17, lies above all of the interval.</summary>
    [Fact]
    public void Restarts_below_all_stops_are_left_out()
        => Assert.Equal(Variance(new Heun(), 3), Variance(new Restart(new RestartInterval(5, 2, 0.05, 0.1)), 3), 1e-12);

    [Fact]
    public void Two_stages_over_one_path_are_what_makes_the_sde_solver_second_order()
    {
        // With noises that know nothing of each other it is of first order, and this far off.
        Assert.Equal(0.247670646603, Variance(new DpmppSde(), 10, independent: true), 1e-9);
        Assert.InRange(Math.Abs(Variance(new DpmppSde(), 40) - Exact), 0, 0.1 * Math.Abs(Variance(new DpmppSde(), 40, independent: true) - Exact));
    }

    private static double Variance(ISolver solver, int steps, bool independent = false)
    {
        Level first = ClosedForm.EvenInLambda(1)[0];
        double origin = Run(solver, 0, -1, steps, independent), start = Run(solver, 1, -1, steps, independent) - origin;
        double variance = start * start * (first.Alpha * first.Alpha * 0.36 + first.Sigma * first.Sigma);
        for (int draw = 0; draw < Draws(solver, steps, independent); draw++)
            variance += Math.Pow(Run(solver, 0, draw, steps, independent) - origin, 2);
        return variance;
    }

    /// <summary>The result where one draw is 1 and all others 0.</summary>
    private static double Run(ISolver solver, double start, int one, int steps, bool independent = false)
    {
        int drawn = 0;
        return ClosedForm.Run(solver, Normal, start, Levels(solver, steps), () => drawn++ == one ? 1 : 0, independent);
    }

    /// <summary>A last step of no length lets a corrector have its say on the one before.</summary>
    private static Level[] Levels(ISolver solver, int steps)
    {
        Level[] levels = ClosedForm.EvenInLambda(steps);
        return solver is SaSolver ? [.. levels, levels[^1]] : levels;
    }

    private static int Draws(ISolver solver, int steps, bool independent)
    {
        int drawn = 0;
        ClosedForm.Run(solver, Normal, 0, Levels(solver, steps), () => drawn++ * 0.0, independent);
        return drawn;
    }
}

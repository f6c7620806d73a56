using Rubato.Processes;
using Rubato.Solvers;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>
/// One-dimensional problems whose values and orders are known from float64 computations that are not ours. States are
/// float32: the start of 0.7 is 107 in the coordinates of k-diffusion, rounded to 4e-6, which bounds what can be asked.
/// </summary>
public sealed class ConvergenceTests
{
    private const double Float32Slack = 1e-5;

    private static readonly Dictionary<string, Func<ISolver>> Solvers = new()
    {
        ["ddim"] = () => new Ddim(),
        ["euler"] = () => new Euler(),
        ["heun"] = () => new Heun(),
        ["dpmpp_2m"] = () => new Dpmpp2M(),
        ["dpmpp_2m heun"] = () => new Dpmpp2M(DifferenceWeight.Heun),
    };

    [Theory]
    [InlineData("ddim", 0.908755178613)]
    [InlineData("euler", 0.908755178613)]
    [InlineData("heun", 1.038063379064)]
    [InlineData("dpmpp_2m", 1.009475716545)]
    [InlineData("dpmpp_2m heun", 1.022679855485)]
    public void Ten_steps_on_a_mixture_take_the_known_values(string solver, double expected)
    {
        ClosedForm mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));
        Assert.Equal(expected, ClosedForm.Run(Solvers[solver](), mixture, 0.7, ClosedForm.EvenInLambda(10)),
            Float32Slack);
    }

    [Theory]
    [InlineData("ddim", 1)]
    [InlineData("euler", 1)]
    [InlineData("heun", 2)]
    [InlineData("dpmpp_2m", 2)]
    [InlineData("dpmpp_2m heun", 2)]
    public void Errors_on_normal_data_fall_with_the_order_of_the_solver(string solver, double order)
    {
        const double Exact = 0.921418560006;
        ClosedForm normal = ClosedForm.Mixture((1, 0.5, 0.6));
        double Error(int steps)
            => Math.Abs(ClosedForm.Run(Solvers[solver](), normal, 0.7, ClosedForm.EvenInLambda(steps)) - Exact);
        Assert.Equal(order, Math.Log(Error(40) / Error(160)) / Math.Log(4), 0.25);
    }

    /// <summary>
    /// On normal data every step is affine in the state and in each noise, so the exact moments follow from one run for
    /// each of them.
    /// </summary>
    [Fact]
    public void Ddim_with_eta_1_and_ddpm_have_the_known_variance()
    {
        const int Steps = 10;
        const double Known = 0.216353905548;
        ClosedForm normal = ClosedForm.Mixture((1, 0.5, 0.6));
        Level[] levels = ClosedForm.EvenInLambda(Steps);
        double startVariance = levels[0].Alpha * levels[0].Alpha * 0.36 + levels[0].Sigma * levels[0].Sigma;
        foreach (Func<ISolver> solver in new Func<ISolver>[] { () => new Ddim(eta: 1), () => new Ddpm() })
        {
            double origin = Run(0, -1), variance = startVariance * Math.Pow(Run(1, -1) - origin, 2);
            for (int k = 0; k < Steps; k++) variance += Math.Pow(Run(0, k) - origin, 2);
            Assert.Equal(Known, variance, Float32Slack);

            double Run(double start, int one)
            {
                int drawn = 0;
                return ClosedForm.Run(solver(), normal, start, levels, () => drawn++ == one ? 1 : 0);
            }
        }
    }
}

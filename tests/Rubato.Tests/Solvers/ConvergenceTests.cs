using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>
/// The probability-flow ODE of a mixture in one dimension, whose exact value follows from conservation of quantiles, and the
/// values and orders of methods on it, from float64 computations that are not ours.
/// </summary>
public sealed class ConvergenceTests
{
    private const double Exact = 0.994170047439;   // at t = 0.05 from 0.7 at t = 1

    private static readonly ClosedForm Mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));

    /// <summary>The method; its value after ten steps even in lambda, where one is known; the order that was observed.</summary>
    private static readonly Dictionary<string, (Func<ISolver> Make, double? Value, double? Order)> Methods = new()
    {
        ["ddim"] = (() => new Ddim(), 0.908755178613, 1.00),
        ["euler"] = (() => new Euler(), 0.908755178613, 1.00),
        ["heun"] = (() => new Heun(), 1.038063379064, 2.0),
        ["dpm_2"] = (() => new Dpm2(), 1.015370386943, 2.0),
        ["dpm 2s"] = (() => new DpmSolverStages(2, SolvedFor.Noise), 1.015370386943, 2.0),
        ["dpm 3s"] = (() => new DpmSolverStages(3, SolvedFor.Noise), 0.994054479592, 3.0),
        ["dpm++ 2s"] = (() => new DpmSolverStages(2), 0.983340937403, 2.0),
        ["dpm++ 2s ancestral, eta 0"] = (() => new Dpmpp2SAncestral(eta: 0), 0.983340937403, 2.0),
        ["dpm++ 3s"] = (() => new DpmSolverStages(3), 0.994703339284, 3.0),
        ["rho kutta 3"] = (() => new RhoRungeKutta(3), 0.991694712979, 3.0),
        ["rho rk 4"] = (() => new RhoRungeKutta(4), 0.995409349822, 4.0),
        ["lms 2"] = (() => new Lms(2), 0.949644933047, 1.96),
        ["lms 3"] = (() => new Lms(3), 0.960956259836, 2.90),   // listed as iPNDM-v 3, which it is
        ["lms 4"] = (() => new Lms(4), 0.965226771865, 3.81),
        ["deis time 2"] = (() => new DeisTime(2), 0.968779728501, 1.98),
        ["deis time 3"] = (() => new DeisTime(3), 0.989170567371, 3.0),
        ["deis time 4"] = (() => new DeisTime(4), 0.996717917442, null),
        ["ipndm 4"] = (() => new Ipndm(4), 1.002713831088, 2.0),
        ["dpm 2m"] = (() => new DpmSolverMultistep(2, SolvedFor.Noise), 0.984106103429, 2.0),
        ["dpm++ 2m"] = (() => new DpmSolverMultistep(2), 1.009475716545, 2.0),
        ["dpm++ 2m heun"] = (() => new DpmSolverMultistep(2, weight: DifferenceWeight.Heun), 1.022679855485, 2.0),
        ["dpm++ 3m"] = (() => new DpmSolverMultistep(3), 1.017526698998, 2.0),
        ["dpm++ 3m exact"] = (() => new DpmSolverMultistep(3) { Second = SecondDerivative.Full }, null, 3.0),
        ["unip 2 bh2"] = (() => new UniPc(2) { LowerOrderEnd = false, Uncorrected = [.. Enumerable.Range(0, 1000)] }, 1.009475716545, 2.0),
        ["unipc 1"] = (() => new UniPc(1) { LowerOrderEnd = false }, 0.956230146187, 2.0),
        ["unipc 2 bh1"] = (() => new UniPc(2, UniPcVariant.Bh1) { LowerOrderEnd = false }, 1.035415910859, 3.0),
        ["unipc 2 bh2"] = (() => new UniPc(2) { LowerOrderEnd = false }, 1.012901576488, 3.0),
        ["unipc 3 bh2"] = (() => new UniPc(3) { LowerOrderEnd = false }, 0.996094603710, 4.0),
        ["unipc 3 bh2 noise"] = (() => new UniPc(3, solvedFor: SolvedFor.Noise) { LowerOrderEnd = false }, 0.995354484774, null),
        ["gradient estimation"] = (() => new GradientEstimation(), 1.041898206761, 0.95),
    };

    public static TheoryData<string> Valued => [.. Methods.Where(method => method.Value.Value is not null).Select(method => method.Key)];

    public static TheoryData<string> Ordered => [.. Methods.Where(method => method.Value.Order is not null).Select(method => method.Key)];

    [Theory]
    [MemberData(nameof(Valued))]
    public void Ten_steps_on_a_mixture_take_the_known_values(string method)
        => Assert.Equal(Methods[method].Value!.Value, Run(method, 10), 1e-9);

    [Theory]
    [MemberData(nameof(Ordered))]
    public void Errors_fall_with_the_order_that_is_known_of_the_method(string method)
    {
        // A first step of low order must not count: where the order shows that, steps grow from the start.
        bool graded = method == "dpm++ 3m exact";
        double error40 = Math.Abs(Run(method, 40, graded) - Exact), error160 = Math.Abs(Run(method, 160, graded) - Exact);
        Assert.Equal(Methods[method].Order!.Value, Math.Log(error40 / error160) / Math.Log(4), 0.25);
    }

    /// <summary>PLMS wants its second stop twice; on any grid it is then of second order, as its weights are those of even steps.</summary>
    [Fact]
    public void Plms_is_of_second_order_on_a_grid_of_any_kind()
    {
        double Error(int steps)
        {
            TimeGrid grid = Pndm.Arrange(TimeGrid.Through(ClosedForm.Process, ClosedForm.EvenInLambda(steps), Coordinates.Network));
            var context = new SamplingContext(new NoiseStream(0, NoisePurpose.Step), new Trace());
            Tensor end = new Pndm().SampleAsync(Tensor.From([0.7], [1, 1, 1, 1]), grid, Mixture, context).GetAwaiter().GetResult();
            return Math.Abs(end.AsSpan<double>()[0] - Exact);
        }

        Assert.Equal(2, Math.Log(Error(40) / Error(160)) / Math.Log(4), 0.25);
    }

    private static double Run(string method, int steps, bool graded = false)
        => ClosedForm.Run(Methods[method].Make(), Mixture, 0.7, ClosedForm.EvenInLambda(steps, graded ? 2 : 1));
}

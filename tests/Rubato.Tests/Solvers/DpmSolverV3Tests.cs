using Rubato.Processes;
using Rubato.Solvers;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

public sealed class DpmSolverV3Tests
{
    private const double Mean = 0.5, Deviation = 0.6;

    private static readonly ClosedForm Mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));

    /// <summary>On normal data the statistics say everything: one step of first order is exact but for their quadrature.</summary>
    [Fact]
    public void One_step_on_normal_data_is_exact()
    {
        double[] lambda = [.. ClosedForm.EvenInLambda(2000).Select(level => level.Lambda)];
        double[] l = [.. lambda.Select(Linear)];
        // f = -l mean, and b is its derivative: l (1 - l) 2 mean, as l = 1 / (1 + e^{2 lambda} deviation^2)
        double[] b = [.. l.Select(value => 2 * Mean * value * (1 - value))];
        var solver = new DpmSolverV3(new ModelStatistics(lambda, l, [.. lambda.Select(_ => 0.0)], b), order: 1);
        double end = ClosedForm.Run(solver, ClosedForm.Mixture((1, Mean, Deviation)), 0.7, ClosedForm.EvenInLambda(1));
        Assert.Equal(0.921418560006, end, 1e-7);
        Assert.Equal(0.61374, ClosedForm.Run(new Ddim(), ClosedForm.Mixture((1, Mean, Deviation)), 0.7, ClosedForm.EvenInLambda(1)), 5e-6);
    }

    /// <summary>l = 1 leaves the data alone, l = 0 and s = -1 the noise: DPM-Solver++ and DPM-Solver.</summary>
    [Theory]
    [InlineData(1, 0, SolvedFor.Data, 1)]
    [InlineData(1, 0, SolvedFor.Data, 2)]
    [InlineData(0, -1, SolvedFor.Noise, 1)]
    public void Constant_statistics_make_it_the_solvers_that_it_extends(double l, double s, SolvedFor solvedFor, int order)
    {
        double[] lambda = [.. ClosedForm.EvenInLambda(20000).Select(level => level.Lambda)];
        double[] Constant(double value) => [.. lambda.Select(_ => value)];
        var v3 = new DpmSolverV3(new ModelStatistics(lambda, Constant(l), Constant(s), Constant(0)), order) { LowerOrderEnd = false };
        var known = new DpmSolverMultistep(order, solvedFor, DifferenceWeight.Heun);
        Level[] levels = ClosedForm.EvenInLambda(8);
        Assert.Equal(ClosedForm.Run(known, Mixture, 0.7, levels), ClosedForm.Run(v3, Mixture, 0.7, levels), 1e-6);
    }

    [Fact]
    public void Lists_of_statistics_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ModelStatistics([0, 1], [1, 1], [0], [0, 0]));
        Assert.Throws<ArgumentException>(() => new ModelStatistics([1, 0], [1, 1], [0, 0], [0, 0]));
    }

    private static double Linear(double lambda) => 1 / (1 + Math.Exp(2 * lambda) * Deviation * Deviation);
}

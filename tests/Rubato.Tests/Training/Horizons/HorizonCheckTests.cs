using Rubato.Planning;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class HorizonCheckTests
{
    [Fact]
    public void It_is_what_is_computed_by_hand()
    {
        // d = a / N with a = 0.4, 1.6 and 3.6: at a mean of 20 steps horizons are as 2, 4 and 6.
        double[] a = [0.4, 1.6, 3.6], steps = [10, 20, 30];
        ErrorLaw[] laws = [.. a.Select(error => new ErrorLaw(Math.Log(error / 28), 1, 0))];
        double[][][] curves = [.. a.Select(error => (double[][])[Curve(0.9 * error), Curve(1.1 * error)])];
        HorizonCheck check = HorizonCheck.Of(20, laws, curves);
        Assert.Equal((0.04 + 0.08 + 0.12) / 3, check.Error, 1e-9);
        Assert.Equal((0.02 + 0.08 + 0.18) / 3, check.Fixed, 1e-9);
        Assert.Equal(5.6 / 3 * steps.Average(n => 1 / n), check.Dealt, 1e-9);

        static double[] Curve(double a) => [.. HorizonLadder.Steps.Select(n => Math.Log(a / n))];
    }

    [Fact]
    public void Laws_that_do_not_differ_change_nothing()
    {
        double[][][] curves = [.. new[] { -3.0, -2.0, -2.5 }.Select(level
            => (double[][])[[.. HorizonLadder.Steps.Select((n, i) => level - Math.Log(n) + 0.1 * Math.Sin(i))]])];
        HorizonCheck check = HorizonCheck.Of(17, [.. curves.Select(_ => new ErrorLaw(-3, 1.1, 0.02))], curves);
        Assert.Equal(check.Fixed, check.Error, 1e-9);
        Assert.Equal(check.Fixed, check.Dealt, 1e-9);
    }

    [Fact]
    public void A_curve_goes_through_what_was_measured_and_along_its_law_between()
    {
        var smooth = new ErrorLaw(0, 1.2, 0.03);
        double[] measured = [.. HorizonLadder.Steps.Select((n, i) => smooth.At(n) + 0.2 * (i % 2))];
        var curve = new MeasuredCurve(measured);
        foreach ((int i, int steps) in HorizonLadder.Steps.Index()) Assert.Equal(measured[i], curve.At(steps), 1e-9);

        var law = ErrorLaw.Fit(HorizonLadder.Steps, measured);
        double between = Math.Sqrt(20 * 28);   // in the middle of two rungs, what is left of them has its mean
        Assert.Equal(law.At(between) + (measured[4] - law.At(20) + measured[5] - law.At(28)) / 2, curve.At(between), 1e-9);
        Assert.Equal(law.At(3) + measured[0] - law.At(5), curve.At(3), 1e-9);
        Assert.Equal(law.At(500) + measured[^1] - law.At(113), curve.At(500), 1e-9);
    }

    [Fact]
    public void Scores_are_of_errors_at_20_steps()
    {
        // Foreseen in the order of what was measured, but for the last two; by Spearman's formula 1 - 6 * 2 / (5 * 24).
        double[] levels = [-4, -3.5, -3, -2, -2.5], foreseen = [-4.1, -3.6, -3.1, -2.6, -2.1];
        double[][][] curves = [.. levels.Select(HorizonSources.Curves)];
        ErrorLaw[] laws = [.. foreseen.Select(level => new ErrorLaw(level, 1, 0))];
        HorizonScore score = HorizonScore.Of("arc", HorizonInputs.Both, laws, curves);
        Assert.Equal(0.9, score.Correlation, 1e-12);
        Assert.Equal(Math.Sqrt((3 * 0.01 + 0.36 + 0.16) / 5), score.Misfit, 1e-9);
        Assert.Equal([10, 20, 40], score.Checks.Select(check => check.Budget));
    }
}

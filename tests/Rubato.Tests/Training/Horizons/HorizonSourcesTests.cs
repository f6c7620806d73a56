using Rubato.Planning;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class HorizonSourcesTests
{
    private const double Tolerance = -3;

    /// <summary>Curves of invented laws, two noises each.</summary>
    private static double[][] Curves(double level, double order)
        => [.. new[] { -0.1, 0.1 }.Select(off
            => (double[])[.. HorizonLadder.Steps.Select(steps => new ErrorLaw(level + off, order, 0).At(steps))])];

    private static HorizonMeasures Measures(double[] numbers) => new(
        [.. numbers.Select((_, i) => new HorizonCondition(i, i, Structure: null))], [.. numbers.Select((_, i) => Curves(-3 + 0.1 * i, 1))],
        [.. numbers.Select(number => new Denoising(number, 2 * number))], numbers.Length);

    [Fact]
    public void A_label_is_the_first_rung_that_no_later_error_exceeds()
    {
        double[] falling = [-1, -1.5, -2, -2.5, -2.9, -3, -3.5, -4, -4.5, -5];
        Assert.Equal(28, StepLabels.Label(falling, Tolerance));
        double[] relapsing = [-1, -3.1, -3.2, -3.3, -2.9, -3.4, -3.5, -2.99, -4.5, -5];
        Assert.Equal(80, StepLabels.Label(relapsing, Tolerance));
        Assert.Equal(5, StepLabels.Label([.. falling.Select(_ => -9.0)], Tolerance));
        Assert.Equal(160, StepLabels.Label([.. falling.Select(_ => -1.0)], Tolerance));
        // Three quarters of the way, in ln N, from the label of the better noise to that of the worse.
        Assert.Equal(0.25 * Math.Log(28) + 0.75 * Math.Log(80), StepLabels.LogLabel([relapsing, falling], Tolerance), 1e-12);
    }

    [Fact]
    public void The_rule_of_their_tolerance_gives_labels_back()
    {
        HorizonMeasures measures = Measures([1, 1, 1, 1, 1, 1, 1, 1]);
        var rule = HorizonRule.Tolerance(Math.Exp(measures.MeanError));
        foreach ((int i, double[][] curves) in StepLabels.Curves(measures).Index())
        {
            var law = ErrorLaw.Fit(HorizonLadder.Steps, Assert.Single(curves));
            Assert.Equal(StepLabels.LogLabel(measures.Errors[i], measures.MeanError), Math.Log(rule.StepsOf(law)), 1e-9);
        }
    }

    [Theory]
    [InlineData("arc")]
    [InlineData("loss")]
    public void Horizons_of_arc_and_loss_are_as_their_roots_and_take_the_budget(string source)
    {
        double[] numbers = [1, 2, 4, 9, 3, 2, 5, 7, 1.5, 6];
        HorizonMeasures measures = Measures(numbers);
        ErrorLaw[] laws = [.. HorizonSources.ByName[source](measures)
            .Select(curves => ErrorLaw.Fit(HorizonLadder.Steps, Assert.Single(curves)))];
        foreach (double budget in (double[])[12, 25, 70])
        {
            var rule = HorizonRule.Budget(budget, laws);
            double unit = budget / numbers.Average(Math.Sqrt);
            for (int i = 0; i < numbers.Length; i++) Assert.Equal(unit * Math.Sqrt(numbers[i]), rule.StepsOf(laws[i]), 1e-6);
        }

        // The unit is that of the measured errors of those that are learned from.
        Assert.Equal(measures.MeanError, measures.Shown.Average(i => laws[i].Level), 1e-9);
        Assert.Equal(8, measures.Shown.Count);
    }

    [Fact]
    public void Curves_are_learned_as_they_were_measured()
    {
        HorizonMeasures measures = Measures([1, 2, 3, 4, 5]);
        Assert.Same(measures.Errors, HorizonSources.ByName[HorizonSources.Default](measures));
    }

    [Fact]
    public void What_is_hidden_is_the_null_input()
    {
        var structure = Rubato.Pipelines.Structure.OfSketch(new Rubato.Imaging.Sketch(4, 4, new bool[16]));
        HorizonMeasures measures = Measures([1, 2]) with { Conditions = [new(0, 3, structure), new(1, null, structure)] };
        Assert.Equal([new(0, 3, null), new(1, null, null)], measures.Showing(HorizonInputs.Prompt).Conditions);
        Assert.Equal([new(0, null, structure), new(1, null, structure)], measures.Showing(HorizonInputs.Structure).Conditions);
        Assert.Equal(measures.Conditions, measures.Showing(HorizonInputs.Both).Conditions);
    }
}

using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Tests.Planning;

/// <summary>The web UIs' schedules on the table of Stable Diffusion, against float64 values that are not ours.</summary>
public sealed class ScheduleTests
{
    private const double Lowest = 0.0291671581517, Highest = 14.6146412293;

    private static readonly VariancePreserving StableDiffusion = VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    public static TheoryData<string> Names => [.. ScheduleNames.ByName.Keys];

    [Fact]
    public void Polyexponential_levels_are_those_of_a_float64_table()
        => Near([14.61464123, 1.55892888, 0.27343618, 0.0788637, 0.03740157, 0.02916716],
            new PolyExponentialLevels { Rho = 2 }.Sigmas(6, Lowest, Highest), 1e-8);

    [Fact]
    public void Kl_optimal_levels_are_those_of_a_float64_table()
        => Near([14.61464123, 2.63288786, 1.29476729, 0.71162681, 0.33563739, 0.02916716],
            new KlOptimalLevels().Sigmas(6, Lowest, Highest), 1e-8);

    [Fact]
    public void Linear_quadratic_levels_are_those_of_a_float64_table()
        => Near([1, .99166667, .98333333, .975, .86111111, .53611111],
            new LinearQuadraticLevels().Sigmas(6, Lowest, 1), 1e-8);

    [Theory]
    [InlineData(ComfySpacing.Simple, new double[] { 999, 833, 666, 499, 333, 166 })]
    [InlineData(ComfySpacing.DdimUniform, new double[] { 997, 831, 665, 499, 333, 167, 1 })]
    [InlineData(ComfySpacing.Normal, new[] { 999, 799.2, 599.4, 399.6, 199.8, 0 })]
    [InlineData(ComfySpacing.SgmUniform, new[] { 999, 832.5, 666, 499.5, 333, 166.5 })]
    [InlineData(ComfySpacing.Beta, new double[] { 999, 908, 724, 500, 275, 91 })]
    public void Six_steps_stop_where_ComfyUI_stops(ComfySpacing spacing, double[] steps)
        => Near(steps, new ComfySteps(spacing).Steps(6, 1000), 1e-9);

    [Fact]
    public void Beta_steps_have_the_levels_of_their_training_steps()
        => Near([14.61464123, 8.70775221, 3.67575324, 1.61827883, 0.76240228, 0.32353263],
            [.. new ComfySteps(ComfySpacing.Beta).Plan(StableDiffusion, 6, Coordinates.Unscaled).Steps.Select(step => step.From.Sigma)], 1e-5);

    [Fact]
    public void Tables_keep_their_stops_and_are_logarithmic_between()
    {
        double[] ten = TableLevels.StableDiffusion15.Sigmas(10, 0, 0), nineteen = TableLevels.StableDiffusion15.Sigmas(19, 0, 0);
        Near([14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152], ten, 1e-12);
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal(ten[i], nineteen[2 * i], 1e-12);
            Assert.Equal(Math.Sqrt(ten[i] * ten[i + 1]), nineteen[2 * i + 1], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_schedule_falls_to_the_data_at_any_number_of_steps(string name)
    {
        foreach (int steps in new[] { 1, 2, 7, 50 })
        {
            TimeGrid grid = ScheduleNames.Find(name).Plan(StableDiffusion, steps, Coordinates.Unscaled);
            Assert.InRange(grid.Steps.Count, Math.Min(steps, 40), steps + 2);
            Assert.All(grid.Steps, step => Assert.True(step.To.Sigma < step.From.Sigma, name));
            Assert.True(grid.Steps[^1].To.IsClean);
            Assert.All(grid.Steps, step => Assert.InRange(step.From.Time, 0, 999));
        }
    }

    [Fact]
    public void Lists_are_schedules_too()
    {
        Assert.Equal([14.6, 4.2, 1.2], ScheduleNames.Find("14.6,4.2,1.2,0").Plan(StableDiffusion, 1, Coordinates.Unscaled).Steps.Select(step => step.From.Sigma));
        Assert.Equal([999, 500, 20], ScheduleNames.Find("steps:999,500,20").Plan(StableDiffusion, 1, Coordinates.Network).Steps.Select(step => step.From.Time));
        Assert.Contains("karras", Assert.Throws<ArgumentException>(() => ScheduleNames.Find("carras")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ScheduleNames.Find("1,two,0"));
    }

    private static void Near(double[] expected, double[] got, double tolerance)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], got[i], tolerance);
    }
}

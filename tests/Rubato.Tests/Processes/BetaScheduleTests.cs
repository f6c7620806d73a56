using Rubato.Processes;

namespace Rubato.Tests.Processes;

/// <summary>
/// Against float64 values; float32 rounding moves the first and last levels, the cosine table's end by per cents.
/// </summary>
public sealed class BetaScheduleTests
{
    private const int Steps = 1000;

    private static readonly Dictionary<string, Func<int, float[]>> Schedules = new()
    {
        ["scaled_linear"] = steps => BetaSchedules.ScaledLinear(steps),
        ["linear"] = steps => BetaSchedules.Linear(steps),
        ["cosine"] = BetaSchedules.Cosine,
        ["sigmoid"] = steps => BetaSchedules.Sigmoid(steps),
    };

    [Theory]
    [InlineData("scaled_linear", 0.99915, 0.675432413725, 0.277669650456, 0.0566234915983, 0.00466009851308)]
    [InlineData("linear", 0.9999, 0.524085373825, 0.0785872428818, 0.00335055043894, 4.03582976538e-05)]
    [InlineData("cosine", 0.999958715775, 0.847012161327, 0.493843590441, 0.144272102386, double.NaN)]
    [InlineData("sigmoid", 0.999850794799, 0.903744665401, 0.301931056602, 0.00573219888612, 3.96818199053e-05)]
    public void Alpha_bar_takes_the_values_of_a_float64_table(string name, params double[] expected)
    {
        float[] bar = BetaSchedules.AlphaBar(Schedules[name](Steps));
        int[] at = [0, 249, 499, 749, 999];
        for (int i = 0; i < at.Length; i++)
            if (!double.IsNaN(expected[i])) Assert.Equal(1, bar[at[i]] / expected[i], 1e-5);
    }

    [Theory]
    [InlineData("scaled_linear", 0.0291671581517, 14.6146412293, 1e-4)]
    [InlineData("linear", 0.0100005000375, 157.40728081, 1e-3)]
    [InlineData("cosine", 0.00642541277114, 20291.16961, 0.05)]
    [InlineData("sigmoid", 0.0122158694464, 158.743368667, 1e-3)]
    public void Sigma_over_alpha_runs_between_the_ends_of_a_float64_table(
        string name, double first, double last, double slackOfLast)
    {
        var process = VariancePreserving.FromBetas(Schedules[name](Steps));
        Assert.Equal(1, process.Kappa(0) / first, 1e-3);   // 1 - 1e-4 has 10 bits left for the difference in float32
        Assert.Equal(1, process.Kappa(Steps - 1) / last, slackOfLast);
    }

    [Theory]
    [InlineData(249, 0.654189007, 1e-5)]
    [InlineData(499, 0.242359167, 1e-5)]
    [InlineData(749, 0.0331714828, 1e-5)]
    [InlineData(998, 1.96788806e-07, 1e-2)]   // a difference of two numbers that agree in four digits, squared
    public void Zero_terminal_snr_takes_the_values_of_a_float64_table(int at, double expected, double slack)
    {
        float[] bar = BetaSchedules.AlphaBar(BetaSchedules.WithZeroTerminalSnr(BetaSchedules.ScaledLinear(Steps)));
        Assert.Equal(1, bar[at] / expected, slack);
    }

    [Fact]
    public void Zero_terminal_snr_ends_in_pure_noise_and_keeps_the_first_level()
    {
        float[] betas = BetaSchedules.ScaledLinear(Steps), rescaled = BetaSchedules.WithZeroTerminalSnr(betas);
        Assert.Equal(0, BetaSchedules.AlphaBar(rescaled)[^1]);
        Assert.Equal(betas[0], rescaled[0], 1e-7);
    }

    [Fact]
    public void The_exponential_table_is_the_exponential()
    {
        // The product of the ratios telescopes: alpha bar of step i is e^(-12 (i + 1) / N).
        float[] bar = BetaSchedules.AlphaBar(BetaSchedules.Exponential(Steps));
        for (int i = 0; i < Steps; i += 37) Assert.Equal(1, bar[i] / Math.Exp(-12.0 * (i + 1) / Steps), 1e-4);
    }

    [Fact]
    public void The_laplace_table_starts_from_its_own_first_value()
    {
        float[] bar = BetaSchedules.AlphaBar(BetaSchedules.Laplace(Steps));
        Assert.Equal(1, bar[499] / (F(0.5) / F(0)), 1e-4);
        Assert.Equal(1, bar[799] / (F(0.8) / F(0)), 1e-4);

        static double F(double u)
        {
            double snr = Math.Exp(-0.5 * Math.Sign(0.5 - u) * Math.Log(1 - 2 * Math.Abs(0.5 - u) + 1e-6));
            return Math.Sqrt(snr / (1 + snr));
        }
    }
}

using Rubato.Benchmarks;

namespace Rubato.Tests.Benchmarks;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Ranks_count_and_not_distances()
    {
        Assert.Equal((1, 0), RankCorrelation.Of([1, 2, 3, 4], [1, 10, 100, 1000]));
        Assert.Equal((-1, 0), RankCorrelation.Of([1, 2, 3, 4], [0, -1, -5, -6]));
    }

    [Fact]
    public void It_agrees_with_the_closed_form_and_the_distribution_of_t()
    {
        // 1 - 6 sum d^2 / (n (n^2 - 1)).
        (double r, double p) = RankCorrelation.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 1, 4, 3, 5, 6, 9, 10, 8, 7]);
        int[] d = [1, 1, 1, 1, 0, 0, 2, 2, 1, 3];
        Assert.Equal(1 - 6.0 * d.Sum(x => x * x) / 990, r, 1e-12);
        double t = r * Math.Sqrt(8 / (1 - r * r));
        Assert.Equal(2 * Tail(t), p, 1e-9);

        // Student's tail of eight degrees of freedom in closed form (Abramowitz and Stegun 26.7.4).
        static double Tail(double t)
        {
            double angle = Math.Atan(t / Math.Sqrt(8)), c = Math.Pow(Math.Cos(angle), 2);
            return (1 - Math.Sin(angle) * (1 + c / 2 + 3 * c * c / 8 + 5 * c * c * c / 16)) / 2;
        }
    }
}

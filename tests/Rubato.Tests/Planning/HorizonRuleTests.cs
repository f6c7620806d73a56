using FsCheck;
using FsCheck.Fluent;
using Rubato.Planning;

namespace Rubato.Tests.Planning;

public sealed class HorizonRuleTests
{
    [Fact]
    public void Errors_of_a_power_law_are_found_again()
    {
        int[] steps = [5, 7, 10, 14, 20, 28, 40];
        var law = ErrorLaw.Fit(steps, [.. steps.Select(n => Math.Log(0.8) - 0.9 * Math.Log(n))]);
        (double logA, double p) = law.Near(20);
        Assert.Equal(0, law.Bend, 1e-12);
        Assert.Equal(0.9, p, 1e-12);
        Assert.Equal(Math.Log(0.8), logA, 1e-12);
        Assert.Equal(Math.Log(0.8) - 0.9 * Math.Log(11), law.At(11), 1e-12);
    }

    [Fact]
    public void The_power_law_touches_a_bent_one_where_it_is_taken()
    {
        var law = new ErrorLaw(-3, 1.2, 0.1);
        (double logA, double p) = law.Near(12);
        Assert.Equal(law.At(12), logA - p * Math.Log(12), 1e-12);
        Assert.Equal((law.At(12 * 1.0001) - law.At(12 / 1.0001)) / (2 * Math.Log(1.0001)), -p, 1e-6);
    }

    [Fact]
    public void A_budget_makes_the_mean_error_least()
    {
        ErrorLaw[] laws = [new(-3, 1, 0), new(-2, 1, 0), new(-4, 1, 0)];
        var rule = HorizonRule.Budget(60, laws);
        double[] horizons = [.. laws.Select(law => (double)rule.HorizonOf(law))];

        // Of equal orders, horizons go with the root of a: e^(1/2) from one to the next, and their mean is the budget.
        double middle = 60 * 3 / (1 + Math.Exp(0.5) + Math.Exp(-0.5));
        Assert.Equal([middle, middle * Math.Exp(0.5), middle * Math.Exp(-0.5)], horizons.Select(h => h), new Near(0.51));

        // No step that moves from one to another makes it less, but for rounding.
        double least = Mean(horizons);
        for (int from = 0; from < 3; from++)
        {
            for (int to = 0; to < 3; to++)
            {
                double[] moved = [.. horizons];
                moved[from] -= 3;
                moved[to] += 3;
                Assert.True(Mean(moved) >= least - 1e-12);
            }
        }

        double Mean(double[] steps) => laws.Zip(steps, (law, n) => Math.Exp(law.At(n))).Average();
    }

    /// <summary>Of equal orders p, horizons go with the root of a of degree p: the same error for all.</summary>
    [Fact]
    public void A_same_error_is_one_for_all_at_the_mean_of_the_budget()
    {
        ErrorLaw[] laws = [new(-3, 1, 0), new(-2.5, 1, 0), new(-3.5, 1, 0)];
        var rule = HorizonRule.SameError(60, laws);
        double middle = 60 * 3 / (1 + Math.Exp(0.5) + Math.Exp(-0.5));
        Assert.Equal([middle, middle * Math.Exp(0.5), middle * Math.Exp(-0.5)], laws.Select(rule.StepsOf), new Near(1e-9));
        Assert.All(laws, law => Assert.Equal(laws[0].At(rule.StepsOf(laws[0])), law.At(rule.StepsOf(law)), 1e-12));
    }

    [Fact]
    public void More_budget_is_never_fewer_steps() => Prop.ForAll(Laws(), Gen.Choose(4, 900).ToArbitrary(), (laws, budget) =>
    {
        var less = HorizonRule.Budget(budget, laws);
        var more = HorizonRule.Budget(budget + 60, laws);
        return laws.All(law => more.HorizonOf(law) >= less.HorizonOf(law));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_mean_is_the_budget_where_no_limit_is_in_the_way() => Prop.ForAll(Laws(), Gen.Choose(30, 200).ToArbitrary(), (laws, budget) =>
    {
        var rule = HorizonRule.Budget(budget, laws);
        int[] horizons = [.. laws.Select(rule.HorizonOf)];
        return horizons.Any(steps => steps is HorizonRule.Fewest or HorizonRule.Most) || Math.Abs(horizons.Average() - budget) <= 0.5;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_tolerance_asks_for_the_steps_that_the_law_says()
        => Assert.Equal(64, HorizonRule.Tolerance(0.01).HorizonOf(new ErrorLaw(Math.Log(0.64) - Math.Log(28), 1, 0)));

    [Fact]
    public void An_exact_law_reaches_its_tolerance_exactly() => Prop.ForAll(Laws(), Gen.Choose(5, 900).ToArbitrary(), (laws, steps) =>
        laws.All(law => SlopeAt(law, steps) < 0.25 || Math.Abs(law.StepsTo(law.At(steps)) / steps - 1) < 1e-9)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.1, 1)]   // too flat from where 1 - 0.2 s = 0.25
    [InlineData(-0.1, -1)]
    public void Where_a_law_is_too_flat_a_power_of_a_quarter_goes_on(double bend, double beyond)
    {
        var law = new ErrorLaw(-3, 1, bend);
        double edge = 28 * Math.Exp(0.75 / (2 * bend)), size = law.At(edge);
        Assert.Equal(1, law.StepsTo(size) / edge, 1e-9);
        Assert.Equal(beyond, Math.Log(law.StepsTo(size - 0.25 * beyond) / edge), 1e-9);
    }

    [Fact]
    public void Less_tolerance_is_never_fewer_steps() => Prop.ForAll(Laws(), Gen.Choose(1, 400).ToArbitrary(), (laws, size) =>
    {
        HorizonRule wide = HorizonRule.Tolerance(size / 1000.0), tight = HorizonRule.Tolerance(size / 1300.0);
        return laws.All(law => tight.HorizonOf(law) >= wide.HorizonOf(law) && wide.HorizonOf(law) is >= 4 and <= 1000);
    }).QuickCheckThrowOnFailure();

    private static double SlopeAt(ErrorLaw law, double steps) => law.Order - 2 * law.Bend * Math.Log(steps / 28);

    private static Arbitrary<ErrorLaw[]> Laws() => Gen.Choose(0, 1000).Three()
        .Select(n => new ErrorLaw(-4 + n.Item1 / 500.0, 0.6 + n.Item2 / 1000.0, -0.05 + n.Item3 / 1e4)).NonEmptyListOf()
        .Select(laws => laws.ToArray()).ToArbitrary();

    private sealed class Near(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}

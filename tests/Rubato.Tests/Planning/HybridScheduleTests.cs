using FsCheck;
using FsCheck.Fluent;
using Rubato.Planning;

namespace Rubato.Tests.Planning;

public sealed class HybridScheduleTests
{
    private static readonly double First = CifarSpectrum.First, Last = CifarSpectrum.Last;

    private static readonly Gen<HybridSchedule> Schedules =
        from raw in Gen.Choose(0, 1000).ArrayOf(4)
        from logGamma in Gen.Choose(-1000, 1000)
        let sum = (double)raw.Sum()
        select sum == 0 ? new HybridSchedule(1, 0, 0, 0, 1)
            : new HybridSchedule(raw[0] / sum, raw[1] / sum, raw[2] / sum, raw[3] / sum, Math.Pow(4, logGamma / 1000.0));

    public static TheoryData<int> Bases => [0, 1, 2, 3];

    [Fact]
    public void The_ends_are_those_of_ddpm_s_table()
    {
        Assert.Equal(4.6051, First, 1e-4);    // alpha^2 = 0.9999
        Assert.Equal(-5.0588, Last, 1e-4);    // alpha^2 = 4.0358e-5
    }

    [Fact]
    public void Every_mixture_has_the_same_two_ends()
        => Prop.ForAll(Schedules.ToArbitrary(), schedule
            => schedule.Lambda(0, First, Last) == First && schedule.Lambda(1, First, Last) == Last).QuickCheckThrowOnFailure();

    /// <summary>So the ends are limits of the curve, and not values that were put there.</summary>
    [Theory]
    [MemberData(nameof(Bases))]
    public void A_base_reaches_its_ends_without_a_jump(int index)
    {
        HybridSchedule schedule = Base(index);
        Assert.Equal(First, schedule.Lambda(1e-15, First, Last), 1e-12);
        Assert.Equal(Last, schedule.Lambda(1 - 1e-15, First, Last), 1e-11);   // slopes are up to 200 there
    }

    [Fact]
    public void Every_mixture_falls_strictly_for_any_number_of_steps()
        => Prop.ForAll(Schedules.ToArbitrary(), Gen.Choose(1, 1000).ToArbitrary(), (schedule, steps) =>
        {
            double[] lambdas = [.. Enumerable.Range(0, steps + 1).Select(t => schedule.Lambda((double)t / steps, First, Last))];
            return lambdas.Zip(lambdas.Skip(1)).All(pair => pair.First > pair.Second);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mixture_is_the_mean_of_its_bases()
        => Prop.ForAll(Schedules.ToArbitrary(), Gen.Choose(1, 999).ToArbitrary(), (schedule, thousandths) =>
        {
            double u = thousandths / 1000.0, place = Math.Pow(u, schedule.Gamma);
            double mean = schedule.Linear * Base(0).Lambda(place, First, Last) + schedule.Cosine * Base(1).Lambda(place, First, Last)
                + schedule.Karras * Base(2).Lambda(place, First, Last) + schedule.Flow * Base(3).Lambda(place, First, Last);
            return Math.Abs(schedule.Lambda(u, First, Last) - mean) < 1e-12;
        }).QuickCheckThrowOnFailure();

    /// <summary>Half of the way in the coordinate of each base, between kappa 0.01 and 100, by hand.</summary>
    [Theory]
    [InlineData(0, -1.114346)]   // ln alpha^2 = -0.1 t - 9.95 t^2, t from 0.000916392 to 0.957106700
    [InlineData(1, 0)]         // the angle of 1 is half of the right one
    [InlineData(2, -1.416714)]   // kappa = ((0.01^(1/7) + 100^(1/7)) / 2)^7 = 4.123548
    [InlineData(3, 0)]
    public void Bases_are_even_in_coordinates_of_their_own(int index, double expected)
        => Assert.Equal(expected, Base(index).Lambda(0.5, Math.Log(100), -Math.Log(100)), 1e-6);

    [Fact]
    public void The_linear_base_is_ddpm_s_table_at_any_of_its_steps()
    {
        // Step i of the table is t = (i + 1) / 1000 of the limit, and the base goes evenly from the first to the last.
        for (int step = 0; step < 1000; step += 111)
            Assert.Equal(-Math.Log(CifarSpectrum.Process.Kappa(step)), Base(0).Lambda(step / 999.0, First, Last), 0.04);
    }

    [Theory]
    [InlineData(0.5, 0.6, 0, 0, 1)]
    [InlineData(1.5, -0.5, 0, 0, 1)]
    [InlineData(double.NaN, 0, 0, 1, 1)]
    [InlineData(1, 0, 0, 0, 0)]
    [InlineData(1, 0, 0, 0, double.NaN)]
    [InlineData(1, 0, 0, 0, 5)]
    public void What_is_no_mixture_is_refused(double linear, double cosine, double karras, double flow, double gamma)
        => Assert.ThrowsAny<ArgumentException>(() => new HybridSchedule(linear, cosine, karras, flow, gamma));

    [Theory]
    [InlineData(-0.1, 1, 0)]
    [InlineData(1.1, 1, 0)]
    [InlineData(double.NaN, 1, 0)]
    [InlineData(0.5, 1, 1)]
    public void A_place_outside_of_the_curve_is_refused(double u, double first, double last)
        => Assert.Throws<ArgumentOutOfRangeException>(() => Base(0).Lambda(u, first, last));

    internal static HybridSchedule Base(int index)
        => new(index == 0 ? 1 : 0, index == 1 ? 1 : 0, index == 2 ? 1 : 0, index == 3 ? 1 : 0, 1);
}

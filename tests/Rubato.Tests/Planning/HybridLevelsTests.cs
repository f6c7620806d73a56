using FsCheck;
using FsCheck.Fluent;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Tests.Planning;

public sealed class HybridLevelsTests
{
    private static readonly HybridSchedule Short = new(0.1, 0.2, 0.3, 0.4, 0.8), Long = new(0, 0, 0.6, 0.4, 1.25);

    private static readonly HybridTable Table = new([new HybridAnchor(10, Short), new HybridAnchor(1000, Long)]);

    [Fact]
    public void A_grid_goes_from_the_table_s_noisiest_level_through_t_over_T_to_the_clean_end()
    {
        TimeGrid grid = new HybridLevels(Table).Plan(CifarSpectrum.Process, 10, Coordinates.Network);
        Assert.Equal(10, grid.Steps.Count);
        Assert.Equal(999, grid.Steps[0].From.Time);
        for (int i = 0; i < 10; i++)
            Assert.Equal(Short.Lambda((10 - i) / 10.0, CifarSpectrum.First, CifarSpectrum.Last), grid.Steps[i].From.Lambda, 1e-12);
        Assert.Equal(1, grid.Steps[^1].To.Alpha);
        Assert.Equal(0, grid.Steps[^1].To.Sigma);
        Assert.Equal(1, grid.StartScale);
    }

    [Fact]
    public void The_network_is_told_the_fraction_of_the_training_step_that_has_the_level()
    {
        TimeGrid grid = new HybridLevels(Table).Plan(CifarSpectrum.Process, 20, Coordinates.Network);
        Assert.All(grid.Steps, step => Assert.Equal(CifarSpectrum.Process.StepOfKappa(step.From.Kappa), step.From.Time, 1e-9));
        Assert.Contains(grid.Steps, step => step.From.Time != Math.Round(step.From.Time));
    }

    [Fact]
    public void Grids_of_any_length_start_at_one_level_and_fall_within_what_the_network_knows()
        => Prop.ForAll(Gen.Choose(1, 1200).ToArbitrary(), steps =>
        {
            TimeGrid grid = new HybridLevels(Table).Plan(CifarSpectrum.Process, steps, Coordinates.Network);
            return grid.Steps.Count == steps && grid.Steps[0].From == CifarSpectrum.Process.OfKappa(CifarSpectrum.Process.Kappa(999))
                && grid.Steps.All(step => step.To.Sigma < step.From.Sigma && step.From.Time is >= 0 and <= 999
                    && step.From.Lambda < CifarSpectrum.First);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_state_that_is_divided_by_alpha_starts_with_unit_noise_at_the_network_s_scale()
    {
        double kappa = CifarSpectrum.Process.Kappa(999);
        TimeGrid grid = new HybridLevels(Table).Plan(CifarSpectrum.Process, 20, Coordinates.Unscaled);
        Assert.Equal(Math.Sqrt(kappa * kappa + 1), grid.StartScale);
    }

    [Fact]
    public void A_model_without_a_table_has_no_such_grid()
        => Assert.Throws<NotSupportedException>(() => new HybridLevels(Table).Plan(new Flow(1000), 10, Coordinates.Network));

    [Fact]
    public void A_table_is_linear_in_the_logarithm_of_the_steps_between_what_was_fitted()
    {
        HybridSchedule middle = Table.For(100);
        Assert.Equal(0.05, middle.Linear, 1e-12);
        Assert.Equal(0.1, middle.Cosine, 1e-12);
        Assert.Equal(0.45, middle.Karras, 1e-12);
        Assert.Equal(0.4, middle.Flow, 1e-12);
        Assert.Equal(1, middle.Gamma, 1e-12);
        Assert.Equal(Short, Table.For(10));
        Assert.Equal(Long, Table.For(1000));
        Assert.Equal(Short, Table.For(3));
        Assert.Equal(Long, Table.For(5000));
    }

    [Fact]
    public void One_step_more_changes_the_schedule_little()
    {
        for (int steps = 10; steps < 1000; steps++)
        {
            HybridSchedule a = Table.For(steps), b = Table.For(steps + 1);
            Assert.InRange(Math.Abs(a.Karras - b.Karras) + Math.Abs(a.Gamma - b.Gamma), 1e-9, 0.5 / steps);
        }
    }

    [Fact]
    public void What_is_no_table_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HybridTable([]));
        Assert.Throws<ArgumentException>(() => new HybridTable([new HybridAnchor(0, Short)]));
        Assert.Throws<ArgumentException>(() => new HybridTable([new HybridAnchor(10, Short), new HybridAnchor(10, Long)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.For(0));
    }
}

using FsCheck;
using FsCheck.Fluent;
using Rubato.Planning;

namespace Rubato.Tests.Planning;

public sealed class StepSpacingTests
{
    private static readonly GridStyle[] Styles =
        [GridStyle.Ancestral, GridStyle.Ddim, GridStyle.Kappa, GridStyle.Multistep];

    [Theory]   // lists that the model cards of Stable Diffusion, SDXL-Lightning and SDXL-Turbo go by
    [InlineData(Spacing.Leading, 5, 1, new double[] { 801, 601, 401, 201, 1 })]
    [InlineData(Spacing.Leading, 3, 0, new double[] { 666, 333, 0 })]
    [InlineData(Spacing.Trailing, 4, 0, new double[] { 999, 749, 499, 249 })]
    [InlineData(Spacing.Trailing, 1, 0, new double[] { 999 })]
    [InlineData(Spacing.Linspace, 4, 0, new double[] { 999, 666, 333, 0 })]
    [InlineData(Spacing.Linspace, 3, 0, new double[] { 999, 500, 0 })]   // 499.5 to even
    public void Whole_steps_are_those_of_the_references(Spacing spacing, int count, int offset, double[] expected)
        => Assert.Equal(expected, StepSpacing.Steps(spacing, count, 1000, offset));

    [Fact]
    public void Solvers_that_step_in_sigma_keep_the_fractions()
        => Assert.Equal([999, 499.5, 0], StepSpacing.Steps(Spacing.Linspace, 3, 1000, style: GridStyle.Kappa));

    [Fact]
    public void Multistep_solvers_leave_the_last_point_to_the_final_level()
    {
        Assert.Equal([999, 749, 500, 250], StepSpacing.Steps(Spacing.Linspace, 4, 1000, style: GridStyle.Multistep));
        Assert.Equal([801, 601, 401, 201],
            StepSpacing.Steps(Spacing.Leading, 4, 1000, offset: 1, style: GridStyle.Multistep));
    }

    [Fact]
    public void Every_spacing_falls_within_the_training_steps()
        => Prop.ForAll(Gen.Choose(1, 1000).ToArbitrary(), Gen.Choose(1, 1000).ToArbitrary(), (steps, of) =>
        {
            (int count, int training) = (Math.Min(steps, of), Math.Max(steps, of));
            foreach (GridStyle style in Styles)
            {
                foreach (Spacing spacing in Enum.GetValues<Spacing>())
                {
                    // one point more than there are steps
                    if (style.OpenEnd && spacing != Spacing.Trailing && count == training) continue;
                    double[] grid = StepSpacing.Steps(spacing, count, training, style: style);
                    if (grid.Length != count || grid[0] > training - 1 || grid[^1] < 0) return false;
                    if (grid.Zip(grid.Skip(1)).Any(pair => pair.Second >= pair.First)) return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void A_count_that_the_training_does_not_have_is_refused(int count)
        => Assert.Throws<ArgumentOutOfRangeException>(() => StepSpacing.Steps(Spacing.Leading, count, 1000));
}

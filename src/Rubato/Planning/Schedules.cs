using Rubato.Processes;

namespace Rubato.Planning;

/// <summary>The schedules that a person can name.</summary>
public static class Schedules
{
    /// <summary>Every schedule by its name, for the grid style of a solver.</summary>
    public static readonly IReadOnlyDictionary<string, Func<GridStyle, IPlanner>> ByName =
        new Dictionary<string, Func<GridStyle, IPlanner>>(StringComparer.OrdinalIgnoreCase)
        {
            // diffusers starts the leading grid, which leaves out the noisiest steps, with noise of variance 1
            ["leading"] = style => new SpacedSteps(Spacing.Leading) { Offset = 1, Style = style, Ends = new() { UnitStart = true } },
            ["linspace"] = style => new SpacedSteps(Spacing.Linspace) { Style = style },
            ["trailing"] = style => new SpacedSteps(Spacing.Trailing) { Style = style },
            ["karras"] = style => new KarrasLevels { Rounding = TimesOf(style) },
            ["exponential"] = style => new ExponentialLevels { Rounding = TimesOf(style) },
            ["flow"] = _ => new FlowLevels(),
        };

    private static TimeRounding TimesOf(GridStyle style) => style.Fractional ? TimeRounding.None : TimeRounding.Nearest;

    /// <summary>The process as a table of training steps.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    internal static VariancePreserving Table(this IProcess process) => process as VariancePreserving
        ?? throw new NotSupportedException("This schedule needs a table of training steps, which a flow model does not have; use \"flow\".");
}

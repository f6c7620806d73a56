namespace Rubato.Planning;

/// <summary>
/// Stops at lambda(t / T), t = T to 1, of the hybrid schedule that a table has for T steps, and then at the clean end. The start
/// state is standard normal noise, as the schedules were fitted. A reconstruction of AC-Diff's noise schedules (Xing et al. 2024,
/// arXiv:2411.15199).
/// </summary>
public sealed record HybridLevels : KappaLevels
{
    /// <summary>A planner.</summary>
    /// <param name="table">For the solver's kind.</param>
    public HybridLevels(HybridTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Table = table;
        Ends = new GridEnds { UnitStart = true };
    }

    /// <summary>Where the schedules come from.</summary>
    public HybridTable Table { get; }

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
    {
        HybridSchedule schedule = Table.For(count);
        double first = -Math.Log(min), last = -Math.Log(max);
        // The noisiest is the table's own, bit for bit: a rounding of its logarithm would lie beyond what the network knows.
        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? max
            : Math.Exp(-schedule.Lambda((double)(count - i) / count, first, last)))];
    }
}

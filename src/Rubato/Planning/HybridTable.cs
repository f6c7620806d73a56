namespace Rubato.Planning;

/// <summary>A schedule that was fitted for a number of steps.</summary>
/// <param name="Steps">The number of steps, at least 1.</param>
/// <param name="Schedule">The schedule.</param>
public readonly record struct HybridAnchor(int Steps, HybridSchedule Schedule);

/// <summary>
/// Hybrid schedules for all numbers of steps: between the fitted ones weights and ln(gamma) are linear in ln T, so that a sample
/// with one step more has almost the same schedule; beyond them the nearest holds. Part of the reconstruction of AC-Diff's
/// noise schedules (Xing et al. 2024, arXiv:2411.15199).
/// </summary>
public sealed class HybridTable
{
    private readonly HybridAnchor[] _anchors;

    /// <summary>A table.</summary>
    /// <param name="anchors">At least one, in rising numbers of steps.</param>
    /// <exception cref="ArgumentException">There are none, or they do not rise.</exception>
    public HybridTable(IReadOnlyList<HybridAnchor> anchors)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        if (anchors.Count == 0 || anchors[0].Steps < 1 || anchors.Zip(anchors.Skip(1)).Any(pair => pair.First.Steps >= pair.Second.Steps))
            throw new ArgumentException("A table needs an anchor or more, in rising numbers of steps from 1.", nameof(anchors));
        _anchors = [.. anchors];
    }

    /// <summary>What was fitted, in rising numbers of steps.</summary>
    public IReadOnlyList<HybridAnchor> Anchors => _anchors;

    /// <summary>The schedule for a number of steps.</summary>
    /// <param name="steps">At least 1.</param>
    public HybridSchedule For(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        int above = Array.FindIndex(_anchors, anchor => anchor.Steps >= steps);
        if (above < 0) return _anchors[^1].Schedule;
        if (above == 0 || _anchors[above].Steps == steps) return _anchors[above].Schedule;
        HybridAnchor low = _anchors[above - 1], high = _anchors[above];
        double share = Math.Log((double)steps / low.Steps) / Math.Log((double)high.Steps / low.Steps);
        HybridSchedule a = low.Schedule, b = high.Schedule;
        return new HybridSchedule(
            double.Lerp(a.Linear, b.Linear, share), double.Lerp(a.Cosine, b.Cosine, share), double.Lerp(a.Karras, b.Karras, share),
            double.Lerp(a.Flow, b.Flow, share), Math.Exp(double.Lerp(Math.Log(a.Gamma), Math.Log(b.Gamma), share)));
    }
}

using System.Diagnostics;

namespace Rubato.Benchmarks;

/// <summary>How far a study is.</summary>
/// <param name="Section">The part that is being run.</param>
/// <param name="Share">Of the evaluations, from 0 to 1.</param>
/// <param name="Left">Time that the rest takes at the speed so far; null before that is known.</param>
internal readonly record struct StudyStatus(string Section, double Share, TimeSpan? Left);

/// <summary>
/// Counts the evaluations of a study against its budget. Runs that lie in the cache count as done, and not for the speed.
/// </summary>
/// <param name="budget">Evaluations of each part, in their order.</param>
internal sealed class StudyLedger(IReadOnlyList<(string Section, long Evaluations)> budget)
{
    private const double SecondsToTrust = 3;

    private readonly long _started = Stopwatch.GetTimestamp();
    private int _section = -1;
    private long _fresh, _done, _underWay;   // the last: of runs that are not finished

    /// <summary>Forwards of the network since the start.</summary>
    public long Fresh => Interlocked.Read(ref _fresh);

    /// <summary>Where the study is.</summary>
    public StudyStatus Status
    {
        get
        {
            if (_section < 0) return new StudyStatus("", 0, null);
            long all = Math.Max(1, budget.Sum(part => part.Evaluations));
            long before = budget.Take(_section).Sum(part => part.Evaluations);
            long now = before + Math.Min(Interlocked.Read(ref _done) + Math.Max(0, Interlocked.Read(ref _underWay)), budget[_section].Evaluations);
            double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            bool known = seconds > SecondsToTrust && Fresh > 0;
            return new StudyStatus(budget[_section].Section, (double)now / all,
                known ? TimeSpan.FromSeconds((all - now) * seconds / Fresh) : null);
        }
    }

    /// <summary>Begins the next part.</summary>
    public void Begin(string section)
    {
        _section = Math.Max(_section, budget.Index().First(part => part.Item.Section == section).Index);
        Interlocked.Exchange(ref _done, 0);
    }

    /// <summary>Counts evaluations: as the network makes them, or of a run that is finished or was found.</summary>
    public void Count(int evaluations, bool fresh)
    {
        if (fresh)
        {
            Interlocked.Add(ref _fresh, evaluations);
            Interlocked.Add(ref _underWay, evaluations);
            return;
        }

        // What is finished is no longer under way; of a run that was found nothing was.
        long left = Interlocked.Add(ref _underWay, -evaluations);
        if (left < 0) Interlocked.Add(ref _underWay, -left);
        Interlocked.Add(ref _done, evaluations);
    }
}

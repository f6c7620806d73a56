using System.Security.Cryptography;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>Makes the runs of rows, each row once for all times, and adds up what they took.</summary>
/// <param name="runner">Makes runs.</param>
/// <param name="rows">Rows that are finished.</param>
/// <param name="keeps">Whether rows are added to them: not where runs are only counted.</param>
internal class MeasuredRuns(ISolverRunner runner, RunCache<MeasuredRow> rows, bool keeps)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Seconds of all runs, each once.</summary>
    public double Seconds { get; private set; }

    /// <summary>Begins a part of the study.</summary>
    public void Begin(string section) => runner.Begin(section);

    /// <summary>The measure of errors to the whole states of runs, which are drawn when they are missed.</summary>
    /// <param name="reference">The runs: their measure is the whole state.</param>
    /// <param name="name">What they are.</param>
    /// <param name="range">What black and white are in a state.</param>
    public ErrorToReference ErrorTo(SolverTask reference, string name, (double Black, double White) range)
    {
        string key = KeyOf(reference, "reference");
        if (rows.Find(key) is { } known) Count(key, reference, known);
        return new ErrorToReference(async () =>
        {
            SolverRun[] runs = await runner.RunAsync(reference).ConfigureAwait(false);
            if (rows.Find(key) is null) Keep(key, reference, runs, []);
            return runs;
        }, name, range);
    }

    /// <summary>Measures a row.</summary>
    /// <param name="task">Its runs.</param>
    /// <param name="name">What is measured, apart from what is kept of each run.</param>
    /// <param name="measure">Measures it.</param>
    public async Task<MeasuredRow> MeasureAsync(SolverTask task, string name, Func<SolverRun[], double[]> measure)
    {
        string key = KeyOf(task, name);
        if (rows.Find(key) is { } known)
        {
            Count(key, task, known);
            return known;
        }

        SolverRun[] runs = await runner.RunAsync(task).ConfigureAwait(false);
        return Keep(key, task, runs, measure(runs));
    }

    /// <summary>Measures the errors of a row: its values, run by run.</summary>
    /// <param name="task">Its runs, measured by <see cref="ErrorToReference"/>.</param>
    public Task<MeasuredRow> MeasureErrorsAsync(SolverTask task)
        => MeasureAsync(task, "errors", made => [.. made.Select(run => (double)run.Values[0])]);

    private MeasuredRow Keep(string key, SolverTask task, SolverRun[] runs, double[] values)
    {
        double spent = runs.Where((_, sample) => _made.Add(task.KeyOf(sample))).Sum(run => run.Seconds);
        var row = new MeasuredRow(runs.Average(run => run.Evaluations), runs.Average(run => run.Seconds), spent, values);
        Seconds += spent;
        _made.Add(key);
        if (keeps) rows.Add(key, row);
        return row;
    }

    /// <summary>Counts what a row took that is there, once; its runs are then counted too.</summary>
    private void Count(string key, SolverTask task, MeasuredRow row)
    {
        if (!_made.Add(key)) return;
        Seconds += row.Spent;
        for (int sample = 0; sample < task.Seeds.Count; sample++) _made.Add(task.KeyOf(sample));
    }

    /// <summary>A digest of the keys of all runs.</summary>
    private static string KeyOf(SolverTask task, string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int sample = 0; sample < task.Seeds.Count; sample++) hash.AppendData(Encoding.UTF8.GetBytes(task.KeyOf(sample) + "\n"));
        return $"{name} of {Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }
}

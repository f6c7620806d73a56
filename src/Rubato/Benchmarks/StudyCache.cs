using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>
/// What a study of a model has finished: its runs, and apart from them its rows, which are few enough numbers to stay with a page
/// whose runs are gone.
/// </summary>
internal sealed class StudyCache : IDisposable
{
    private StudyCache(RunCache<SolverRun> runs, RunCache<MeasuredRow> rows) => (Runs, Rows) = (runs, rows);

    /// <summary>Finished runs.</summary>
    public RunCache<SolverRun> Runs { get; }

    /// <summary>Finished rows.</summary>
    public RunCache<MeasuredRow> Rows { get; }

    /// <summary>Opens what there is of a model with its settings at its precision, or begins it.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="folder">Where it is kept; made where it is missing.</param>
    /// <param name="study">The beginning of the files' extensions.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public static StudyCache Open(Diffuser parts, string folder, string study)
    {
        RunCache<SolverRun> runs = RunCache<SolverRun>.Open(parts, folder, $"{study}-runs");
        try
        {
            return new StudyCache(runs, RunCache<MeasuredRow>.Open(parts, folder, $"{study}-rows"));
        }
        catch (IOException)
        {
            runs.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runs.Dispose();
        Rows.Dispose();
    }
}

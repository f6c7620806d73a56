using System.CommandLine;

namespace Rubato.Cli.Commands;

/// <summary>Benchmarks that answer a question about a model; each is a command of its own.</summary>
internal static class BenchCommand
{
    public static Command Create(App app) => new("bench", "Answer a question about a model by many runs, on one page.")
    {
        AdaptiveDiffusionBench.Create(app),
        SolversBench.Create(app),
        AcDiffBench.Create(app),
    };
}

using System.CommandLine;
using Rubato.Benchmarks.Kernels;
using Rubato.Benchmarks.Quality;

return await new RootCommand("Measures Rubato; one command a subject.")
{
    KernelsCommand.Create(),
    ReuseCommand.Create(),
}.Parse(args).InvokeAsync();

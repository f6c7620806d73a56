using System.CommandLine;
using Rubato.Benchmarks.Quality;

return await new RootCommand("Measures Rubato; one command a subject.") { ReuseCommand.Create() }.Parse(args).InvokeAsync();

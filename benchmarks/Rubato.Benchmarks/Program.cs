using System.CommandLine;
using Rubato.Benchmarks.Kernels;

return await new RootCommand("Measures Rubato; one command a subject.") { KernelsCommand.Create() }.Parse(args).InvokeAsync();

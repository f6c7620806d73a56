using System.CommandLine;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Benchmarks.Kernels;

/// <summary><c>kernels</c>: the speed of products, convolutions, attention and norms, beside the machine's peak and a peer.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var json = new Option<FileInfo?>("--json") { Description = "Write all figures of all rounds to this file." };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of the engine.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var peer = new Option<string?>("--peer")
        {
            Description = "Command of a peer that reads case names and prints times, as benchmarks/peers/pytorch.py does.",
        };
        var rounds = new Option<int>("--rounds") { Description = "Alternations between engine and peer.", DefaultValueFactory = _ => 5 };
        var only = new Option<string?>("--only") { Description = "Measure only cases whose names contain this." };
        var command = new Command("kernels", "Kernel speed as a share of the machine's peak, and against a peer.")
        {
            json, threads, peer, rounds, only,
        };
        command.SetAction(result =>
        {
            WorkerTeam.Current = new WorkerTeam(Math.Max(1, result.GetValue(threads)));
            KernelCase[] cases = [.. KernelCase.All.Where(c => c.Name.Contains(result.GetValue(only) ?? "", StringComparison.Ordinal))];
            using Peer? other = result.GetValue(peer) is { } line ? new Peer(line) : null;
            KernelReport report = Measure(cases, other, Math.Max(1, result.GetValue(rounds)));
            report.Print(Console.Out);
            if (result.GetValue(json) is { } file) report.Write(file);
        });
        return command;
    }

    /// <summary>Engine and peer in turn, case by case and round by round, so that a slow minute meets both.</summary>
    private static KernelReport Measure(KernelCase[] cases, Peer? peer, int rounds)
    {
        var report = new KernelReport(KernelSet.Current.Name, WorkerTeam.Current.Threads, peer?.Description);
        for (int round = 0; round < rounds; round++)
        {
            report.AddPeaks(FmaPeak.Measure(KernelSet.Current), BFloat16Peak.Measure(KernelSet.Current));
            foreach (KernelCase c in cases)
            {
                double plain = Stopwatches.Seconds(c.Plain);
                (double Seconds, string Form)? theirs = peer?.Measure(c.Name);
                report.Add(c, plain, c.Full is null ? null : Stopwatches.Seconds(c.Full), theirs);
            }
        }

        foreach (KernelSet set in KernelSet.All)
            if (set.Unavailable is null) report.AddSet(set.Name, FmaPeak.Measure(set));
        return report;
    }
}

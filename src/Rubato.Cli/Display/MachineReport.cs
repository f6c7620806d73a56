using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>The command itself, the machine, and what runs on it.</summary>
internal sealed class MachineReport : IReport
{
    public void Print(IAnsiConsole console)
    {
        console.Fact("rubato", GenerationRecord.Version);
        console.Fact("runtime", Machine.Runtime);
        console.Fact("system", $"{Machine.OperatingSystem}, {Machine.Architecture}");
        console.Fact("processor", Machine.Processor ?? "not known");
        console.Fact("cores", $"{Machine.Cores}; {WorkerTeam.Current.Threads} threads in use");
        console.Fact("memory", Figures.Bytes(Machine.Memory));
        console.Fact("kernels", $"{KernelSet.Current.Name}: {KernelSet.Reason}");
        console.Fact("precision", $"{PrecisionNames.Of(KernelSet.Current.Preferred)}, unless told otherwise");
        foreach (KernelSet set in KernelSet.All)
            console.Fact("", $"{(set == KernelSet.Current ? "*" : " ")} {set.Name,-10} {State(set)}");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "info");
        json.WriteString("kind", "machine");
        json.WriteString("version", GenerationRecord.Version);
        json.WriteString("runtime", Machine.Runtime);
        json.WriteString("system", Machine.OperatingSystem);
        json.WriteString("architecture", Machine.Architecture);
        json.WriteString("processor", Machine.Processor);
        json.WriteNumber("cores", Machine.Cores);
        json.WriteNumber("threads", WorkerTeam.Current.Threads);
        json.WriteNumber("memory_bytes", Machine.Memory);
        json.WriteStartObject("kernels");
        json.WriteString("current", KernelSet.Current.Name);
        json.WriteString("reason", KernelSet.Reason);
        json.WriteString("preferred_precision", PrecisionNames.Of(KernelSet.Current.Preferred));
        json.WriteStartArray("sets");
        foreach (KernelSet set in KernelSet.All)
        {
            json.WriteStartObject();
            json.WriteString("name", set.Name);
            json.WriteString("unavailable", set.Unavailable);
            if (set.Unavailable is null && set.Slow is { } slow) json.WriteString("slow", slow);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string State(KernelSet set)
        => set.Unavailable ?? (set.Slow is { } slow ? $"available, but not the fastest: {slow}" : "available");
}
